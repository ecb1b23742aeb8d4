/** The first Ctrl-C or SIGTERM; after that they have their usual effect. */
export const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end).on('SIGTERM', end);
  });
