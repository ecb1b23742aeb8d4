import {
  CHALLENGE_PATTERN,
  CODE_CHARACTERS,
  CODE_VARIABLE,
  COMPLETE_PATTERN,
  listOf,
  NO_CODE,
  secondsOf,
  type TextSettings,
} from './text-settings.ts';

/**
 * A listener for Windows PowerShell 5.1 and later. Not run by us: there is no Windows where the tests run. Where IIS has port
 * 80 it listens below a path that http.sys gives to everybody (`netsh http show urlacl`). In constrained language mode it
 * says what can be done instead, and goes around nothing.
 */
export const powershellText = (settings: TextSettings): string =>
  String.raw`& {
if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
  'This PowerShell is constrained, so no listener can be started from it. Where IIS answers on the port:'
  '--print iis, level "file" or "read back". Else ask for "read back" from the log of the server that is there.'
  return
}
$code = $env:${CODE_VARIABLE}
if (-not $code) { $code = (New-Object Net.NetworkCredential('', (Read-Host 'code' -AsSecureString))).Password }
$code = $code.ToUpper() -replace '[\s-]' -replace 'O', '0' -replace '[IL]', '1'
$abc = '${CODE_CHARACTERS}'; $rest = 0; $nl = "$([char]13)$([char]10)"
foreach ($c in $code.ToCharArray() | Select-Object -First 16) { $rest = ($rest * 32 + $abc.IndexOf($c)) % 37 }
if ($code.Length -ne 17 -or $rest -lt 0 -or $code[16] -ne $abc[$rest]) { '${NO_CODE}'; return }
function Mac($key, $text) {
  $hmac = New-Object Security.Cryptography.HMACSHA256 -ArgumentList @(, [Text.Encoding]::ASCII.GetBytes($key))
  -join ($hmac.ComputeHash([Text.Encoding]::ASCII.GetBytes($text)) | ForEach-Object { $_.ToString('x2') })
}
function At($end) {
  $ip = $end.Address; if ($ip.IsIPv4MappedToIPv6) { $ip = $ip.MapToIPv4() }
  if ("$ip" -match ':') { "[$($ip -replace '%.*')]:$($end.Port)" } else { "$($ip):$($end.Port)" }
}
function Tell($t, $here, $there) {
  $said = ' without our challenge'; $line = ''
  if ($t -cmatch '${CHALLENGE_PATTERN}') {
    $run = $Matches[1]; $facts = "$($Matches[2]) $(At $here) $(At $there) $([DateTimeOffset]::UtcNow.ToUnixTimeSeconds())"
    $line = "icl1 $facts $(Mac (Mac $code.Substring(0, 16) "inbound-check run $run") "icl1 $run $facts")"
    if ($t -cmatch '\b[a-z]{2,9}-[a-z]{2,9}-[0-9]{2}\b') { $said = ', read aloud: ' + $Matches[0].ToUpper().Replace('-', ' ') }
  }
  $now = (Get-Date).ToUniversalTime().ToString('HH:mm:ss'); $from = (At $there) -replace ':\d+$' -replace '[][]'
  ${unlessHealth(settings)}{ Write-Host "$($here.Port) ARRIVED  $now from $from$said" }
  $line
}
$open = @(); $talks = @(); $web = $null; $latin = [Text.Encoding]::GetEncoding(28591)
foreach ($port in ${listOf(settings.ports)}) {
  $new = [Net.Sockets.TcpListener]::Create($port)
  try { $new.Start(); $open += $new; "$port WAITING  nothing has arrived" } catch {
    "$port NOT OPENED  $($_.Exception.GetBaseException().Message)"
    $by = $null; try { $by = @(Get-NetTCPConnection -LocalPort $port -State Listen -ErrorAction Stop)[0].OwningProcess } catch { }
    if ($by -eq 4) { "$port TAKEN by http.sys (PID 4), which IIS and others use: --print iis is the way there" }
    elseif ($by) { "$port TAKEN by PID $by" }
    if ($port -eq 80) { try {
      $web = New-Object Net.HttpListener; $web.Prefixes.Add('http://+:80/Temporary_Listen_Addresses/'); $web.Start()
      $asked = $web.GetContextAsync(); '80 WAITING  below /Temporary_Listen_Addresses/'
    } catch { $web = $null } }
  }
}
$end = (Get-Date).AddSeconds(${secondsOf(settings)})
try { while ((Get-Date) -lt $end -and ($open -or $web)) {
  Start-Sleep -Milliseconds 50
  foreach ($one in $open) { while ($one.Pending() -and $talks.Count -lt 60) {
    $c = $one.AcceptTcpClient(); $port = $one.LocalEndpoint.Port
    $talks += @{ c = $c; s = $c.GetStream(); t = ''; by = (Get-Date).AddSeconds(10) }
    if ($port -in @(${listOf(settings.mailPorts)})) { $c.Client.Send($latin.GetBytes("220 no.mail.here$nl")) > $null }
  } }
  foreach ($talk in $talks) { try {
    if ($talk.c.Available) { $b = New-Object byte[] 8192; $talk.t += $latin.GetString($b, 0, $talk.s.Read($b, 0, 8192)) }
    if ($talk.t.Length -lt 8192 -and (Get-Date) -lt $talk.by -and $talk.t -cnotmatch '${COMPLETE_PATTERN}') { continue }
    $line = Tell $talk.t $talk.c.Client.LocalEndPoint $talk.c.Client.RemoteEndPoint
    if ($talk.t -match '^EHLO') { $line = if ($line) { "250 $line" } else { '421 no.mail.here' } }
    if ($talk.t -cmatch ' HTTP/1|^\x16') { $line = "HTTP/1.1 200 OK$nl" + "Connection: close$nl$nl$line" }
    $talk.c.Client.Send($latin.GetBytes("$line$nl")) > $null; $talk.c.Client.Shutdown('Send'); $talk.c.Close(); $talk.c = $null
  } catch { $talk.c.Close(); $talk.c = $null } }
  $talks = @($talks | Where-Object { $_.c })
  if ($web -and $asked.IsCompleted) { try {
    $q = $asked.Result; $line = Tell "GET $($q.Request.RawUrl) " $q.Request.LocalEndPoint $q.Request.RemoteEndPoint
    $b = $latin.GetBytes("$line$nl"); $q.Response.ContentLength64 = $b.Length; $q.Response.OutputStream.Write($b, 0, $b.Length); $q.Response.Close()
  } catch { } finally { $asked = $web.GetContextAsync() } }
} } finally { $open | ForEach-Object { $_.Stop() }; if ($web) { $web.Close() }; 'ENDED    nothing listens any more' }
}
`;

/** What a load balancer asks for is answered as anything is, and not told: it comes every few seconds. */
const unlessHealth = ({ healthPath }: TextSettings): string =>
  healthPath === undefined ? 'if ($true) ' : `if (($t -split ' ')[1] -ne '${healthPath}') `;
