/** Stands where a service is being built; removed with the last of them. */
export function notYet<Service extends object>(name: string): Service {
  return new Proxy({} as Service, {
    get: (_, method) => () => {
      throw new Error(`${name}.${String(method)} is being built`);
    },
  });
}
