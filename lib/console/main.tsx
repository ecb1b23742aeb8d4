import { render } from 'preact';
import { createApi } from './api/api.ts';
import { ApiContext } from './api/api-context.ts';
import { sessionTransport } from './api/transport.ts';
import { Frame } from './frame/frame.tsx';
import { fleetSettings } from './sign-in/fleet-settings.ts';
import { chosenLanguage, speechIn } from './words/chosen-language.ts';

const root = document.getElementById('console');
const settings = fleetSettings(document);
const speech = await speechIn(chosenLanguage());
if (root !== null && settings !== undefined) {
  // What signs is loaded where people sign in by the console, and nowhere else.
  const { FleetHome } = await import('./sign-in/fleet-home.tsx');
  render(<FleetHome settings={settings} speech={speech} />, root);
} else if (root !== null)
  render(
    <ApiContext.Provider value={createApi(sessionTransport)}>
      <Frame first={speech} />
    </ApiContext.Provider>,
    root,
  );
