/** What can go wrong when the endpoint is opened to the network; part of the errors of the catalogue. */
export const networkErrorCodes = {
  ADDRESS_GONE: {
    what: 'This machine does not have the address {{address}}.',
    why: 'It was taken away or never given to it: another network, a cable that is out, or a mistake in the address.',
    next: 'Choose one of the addresses the machine has now. Nothing was changed.',
  },
  ENDPOINT_SILENT: {
    what: 'The endpoint was opened on {{address}}, port {{port}}, but did not answer there.',
    why: 'Modelward asked itself over that address and got: {{detail}}.',
    next: 'Look for a firewall or a proxy on this machine that stands in between, then try again. Nothing was changed.',
  },
};
