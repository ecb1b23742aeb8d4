import { listOf, type TextSettings } from './text-settings.ts';

/** For an IIS that is there already: its log has the words, and one static file says which site answers. Cmdlets alone. */
export const iisText = ({ ports }: TextSettings): string =>
  String.raw`# IIS answers already on ${listOf(ports)}; nothing is started. In an elevated PowerShell:
# 1. Read back: what was asked stands in the log. Read two words and a number aloud from each line.
netsh http flush logbuffer
Get-ChildItem "$env:SystemDrive\inetpub\logs\LogFiles" -Recurse -Filter *.log |
  Where-Object LastWriteTime -gt (Get-Date).AddHours(-1) |
  Select-String -Pattern 'icl1-[0-9a-f-]+/([a-z]+-[a-z]+-[0-9]{2})' |
  ForEach-Object { $_.Matches[0].Groups[1].Value }
# 2. File: a file in the folder of the site. Read its text aloud.
$file = "$env:SystemDrive\inetpub\wwwroot\inbound-check.txt"
Set-Content $file -Encoding Ascii ('inbound-check ' + (Get-Random -Minimum 100000 -Maximum 999999))
Get-Content $file
# Afterwards:
Remove-Item "$env:SystemDrive\inetpub\wwwroot\inbound-check.txt"
`;
