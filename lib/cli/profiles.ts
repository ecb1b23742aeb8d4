import { Command } from 'commander';
import type { SetStatus } from './terminal/exit-status.ts';
import { EXIT } from './terminal/exit-status.ts';
import { refuse } from './terminal/message.ts';

export function profilesCommand(setStatus: SetStatus): Command {
  return new Command('profiles')
    .description('list the profiles, or print the table of one')
    .argument('[id]', "a profile's id, or the YAML or JSON file of your own")
    .option('--json', 'print the profile itself, as a start for your own')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      setStatus(await showProfiles(id, options.json ?? false));
    });
}

async function showProfiles(id: string | undefined, json: boolean): Promise<number> {
  const { profileList, profileTable } = await import('./profile-table.ts');
  const { terminalOptions } = await import('./terminal/terminal-options.ts');
  const { visibleJson } = await import('../report/words/visible.ts');
  const options = terminalOptions(process.stdout, false);
  if (id === undefined) {
    const { profiles } = await import('../input/profiles/index.ts');
    process.stdout.write(json ? `${visibleJson(profiles, 2)}\n` : profileList(profiles, options));
    return EXIT.ok;
  }
  const { chooseProfile } = await import('../input/request/profile-choice.ts');
  const profile = await chooseProfile(id, process.cwd());
  if (!profile.ok) return refuse(profile);
  process.stdout.write(json ? `${visibleJson(profile.value, 2)}\n` : profileTable(profile.value, options));
  return EXIT.ok;
}
