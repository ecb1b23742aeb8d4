/** Where the API says which source address it sees. Stacks and the plan name it too, without the code behind. */
export const SOURCE_PREFIX = '/source/';
export const SOURCE_ROUTE = `GET ${SOURCE_PREFIX}{token}`;
