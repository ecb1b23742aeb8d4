/** The package brings no types. It adds `QueryLanguage` to the states of what it is given. */
declare module 'asl-validator' {
  function validate(definition: unknown): { readonly isValid: boolean; readonly errors: readonly unknown[] };
  export default validate;
}
