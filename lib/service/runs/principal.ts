/**
 * The name under which a caller is counted and named in reports: a role without the name of its session, which the person who assumes the
 * role chooses (STS API reference, AssumeRole, RoleSessionName), so that nobody gets another limit or another name by
 * choosing another one. The same of a federated user, whose name its broker chooses, of the tokens that a person of a
 * station makes, and of the role that a person of a fleet's console has today. Anything else is as it was.
 *
 * @param arn `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` becomes `arn:aws:sts::ACCOUNT:assumed-role/ROLE`
 */
export function principalOf(arn: string): string {
  const [, kept] =
    /^(arn:[\w-]+:sts::\d*:(?:assumed-role\/[^/]+|federated-user)|(?:station|cognito):[\w-]+\/[^/]+)\/.*$/s.exec(
      arn,
    ) ?? [];
  return kept ?? arn;
}
