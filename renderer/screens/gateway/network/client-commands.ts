/** How a client is made to trust our root; by system, ready to paste. `file` is the PEM file's name. */
export const CLIENT_SYSTEMS = ['windows', 'macos', 'linux', 'python', 'node', 'curl'] as const;
export type ClientSystem = (typeof CLIENT_SYSTEMS)[number];

export function clientCommands(system: ClientSystem, { file, baseUrl }: { file: string; baseUrl: string }): string {
  const name = file.replace(/\.pem$/, '');
  switch (system) {
    case 'windows':
      return `certutil -addstore -f Root ${file}`;
    case 'macos':
      return `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}`;
    case 'linux':
      // update-ca-certificates takes only files that end in .crt.
      return [
        `sudo cp ${file} /usr/local/share/ca-certificates/${name}.crt`,
        'sudo update-ca-certificates',
        '',
        `sudo cp ${file} /etc/pki/ca-trust/source/anchors/`,
        'sudo update-ca-trust',
      ].join('\n');
    case 'python':
      return [`export SSL_CERT_FILE=/etc/ssl/${file}`, `export REQUESTS_CA_BUNDLE=/etc/ssl/${file}`].join('\n');
    case 'node':
      return `export NODE_EXTRA_CA_CERTS=/etc/ssl/${file}`;
    case 'curl':
      return [`curl --cacert ${file} ${baseUrl}/models \\`, '  -H "Authorization: Bearer $MODELWARD_API_KEY"'].join('\n');
  }
}
