import { render } from 'preact';
import { createApi } from './api/api.ts';
import { ApiContext } from './api/api-context.ts';
import { sessionTransport } from './api/transport.ts';
import { Frame } from './frame/frame.tsx';
import { chosenLanguage, speechIn } from './words/chosen-language.ts';

const api = createApi(sessionTransport);
const speech = await speechIn(chosenLanguage());
const root = document.getElementById('console');
if (root !== null)
  render(
    <ApiContext.Provider value={api}>
      <Frame first={speech} />
    </ApiContext.Provider>,
    root,
  );
