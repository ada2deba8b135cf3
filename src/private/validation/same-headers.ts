/** The validation of names of HTTP headers that differ in letter case only. */

/** The problems of a map that has one header twice. */
export function sameHeaderProblems(prop: string, headers: { readonly [name: string]: unknown }): string[] {
  const names = new Map<string, string>();
  return Object.keys(headers).flatMap((name) => {
    const other = names.get(name.toLowerCase());
    names.set(name.toLowerCase(), name);
    return other === undefined ? [] : [`${prop}: '${other}' and '${name}' are the same header. Leave one of them out.`];
  });
}
