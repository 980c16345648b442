import { bySplit, lines, type SymptomWordings } from './wording.ts';

/** Sign-in, e-mail, printers, network. */
export const englishOffice: SymptomWordings = {
  'sign-in': {
    things: lines(`
      my password
      my account
      my login
      the sign-in
      my smart card
      my user account
      the login page
      my PIN
      my badge login
      the account of {person}
    `),
    says: bySplit(
      `
      has [expired|run out|lapsed]
      is [locked|blocked|disabled]
      is [not accepted|rejected|refused] [any more|since today|on any PC]
      [got|was|has been] locked after [three|several|too many] [attempts|wrong tries]
      is [always wrong|wrong every time], although I [typed|entered] it [correctly|carefully]
      [no longer works|does not work any more] after [my holiday|maternity leave|the weekend]
      cannot be [changed|reset|renewed]
      [keeps asking|asks again and again] for a [code|new password]
      says "[invalid|wrong|unknown] [credentials|user name or password|user]"
      needs [a reset|resetting|to be unlocked|unlocking]
      is not [recognised|known|valid] [any more|here|on this computer]
      throws me out [as soon as I sign in|after signing in|right after login]
      stopped working after I changed [it|the password] [yesterday|last week]
      will not let me [in|log on|sign in]
      `,
      `
      tells me that I have no permission to log on
      must be set again because I forgot the old one
      is still shown as locked
      `,
      `
      was deactivated while I was on leave
      does not get me past the sign-in screen
      has been forgotten and I would like a fresh one
      is refused with the message that the credentials are invalid
      lets nobody log on
      `,
    ),
    clauses: bySplit(
      `
      I [forgot|have forgotten|cannot remember] my [password|PIN|user name]
      I [cannot|can't|am unable to] [log in|sign in|log on] [to Windows|to my PC|this morning|at all]
      please [reset|renew|change] my [password|PIN]
      [could you|can you|please] unlock [my account|my user|me]
      I typed [the|my] [password|PIN] wrong [three times|too often] and now I am locked out
      I get "[wrong password|access denied|account locked]" when I [log in|sign in|log on]
      the system says my password [expired|must be changed] but I cannot [change it|set a new one]
      I am locked out of [my account|Windows|my computer]
      the [code|text message|one-time code] for the [second step|two-step login|two-factor sign-in] [never arrives|does not come]
      my [new phone|phone was replaced] and now the authenticator [has no codes|is empty]
      [a new colleague|{person}] cannot [sign in|log on] with the [user name|password] we were given
      the card reader reads my card but the [login|sign-in] [fails|is refused]
      I was [on leave|ill for six weeks] and my [user|account] is [disabled|deactivated] now
      the password [rules|policy] refuse [every|each] new password I [try|enter]
      caps lock is off and still the [password|PIN] is wrong
      I changed my [name|surname] and the old [user name|login] does not work [any more|now]
      after [the|my] password change I am asked for the old [one|password] everywhere
      how [can|do] I [reset|change] my password [from home|myself]
      no one on {place} can [log on|sign in] with the [shared|group] [account|login]
      my [fingerprint|badge] no longer [unlocks|signs me in to] the [PC|workstation]
      `,
      `
      I do not know my password any more and the reset link does not work
      too many wrong attempts, now nothing I enter is accepted
      the authenticator shows a code but it is rejected
      the login of the night shift is blocked
      `,
      `
      I tried my PIN too often and now the card is blocked
      I need a new password because the old one ran out over the weekend
      every time I sign in it says that the user is unknown
      signing on with my badge fails and I do not remember the user name
      the second step of the login asks for a code that I never receive
      please let me back into my account, I am locked out after my leave
      nobody told me my new PIN and without it I cannot log on
      `,
    ),
  },
  'e-mail': {
    things: lines(`
      my e-mail
      Outlook
      my mailbox
      the shared mailbox of {place}
      my inbox
      the calendar in Outlook
      the mail program
      the distribution list
      my out-of-office reply
      webmail
    `),
    says: bySplit(
      `
      does not [receive|get] [any|new] [messages|mail|e-mails]
      [is full|is over its limit|has no space left]
      cannot send [messages|e-mails|attachments]
      [has not updated|shows nothing new] since [yesterday|this morning|Monday]
      [lost|no longer shows] [all folders|my sent messages|last year's mails]
      does not [synchronise|sync] with my phone
      says the [message|attachment] is too [large|big]
      sends every message [back|twice]
      does not show [invitations|meetings|appointments]
      [bounces|returns] [messages|mails] from [outside|other hospitals|our suppliers]
      [is stuck|hangs] at "[sending|connecting to server|loading profile]"
      puts [everything|all mail] from {place} into [junk|the spam folder]
      [still goes|is still sent] to [a colleague who left|the old members]
      has disappeared from my [folder list|Outlook]
      `,
      `
      takes hours to deliver a message
      lost the messages of last week
      no longer forwards to the team
      `,
      `
      will not let me attach a document
      keeps messages in the outbox and never sends them
      shows an old appointment that was deleted long ago
      has stopped receiving mail from other hospitals
      reports that it is full although I deleted a lot of messages
      `,
    ),
    clauses: bySplit(
      `
      I [cannot|can't] [send|receive|open] [e-mails|mails|messages] [any more|since today|today]
      [my|all my] [mails|e-mails|messages] [are gone|have disappeared|are missing]
      [a mail|an e-mail|a message] I sent [yesterday|to a GP] [never arrived|came back|was returned]
      I get an [undeliverable|delivery failure] [message|notice] for every [mail|address] I write to
      attachments [cannot be opened|arrive empty|are removed] 
      the meeting [invitation|request] [did not reach|was not sent to] [anybody|the whole team]
      I [need|would like] [an|my] [automatic reply|out-of-office reply|signature] [changed|set up|corrected]
      I [deleted|moved] a [mail folder|message] by mistake, can it be [restored|recovered]
      the signature under my [mails|messages] [is wrong|shows the old department]
      the address book does not [find|show] [new colleagues|{person}]
      I [cannot|can't] see the [shared calendar|team calendar|shared inbox] of {place}
      Outlook [asks to repair|wants to rebuild] my [profile|data file] [every day|at each start]
      [mails|messages] [to|for] {place} arrive [two hours late|much too late]
      referrals that are sent to our [mailbox|inbox] [do not arrive|end in spam]
      I [am missing|did not get] an [important mail|e-mail] from [the board|a supplier]
      please [add|remove] {person} [to|from] the [mailing list|distribution list]
      the rule that sorts my [messages|inbox] no longer [runs|works]
      my [quota|mailbox limit] is [reached|exceeded]
      [e-mails|messages] with a [PDF|photo] [do not go out|stay in the outbox]
      [reading|opening] a [mail|message] takes [a minute|ages]
      `,
      `
      messages stay in the outbox all day
      an invitation I accepted is not in my calendar
      the mailing list of our team still has the old members
      what people write to me comes back to them as undeliverable
      `,
      `
      a referral sent to our shared inbox ended up in the junk folder
      I wrote to a supplier and the message was returned as undeliverable
      a folder with old messages is gone from Outlook, can you recover it
      the team no longer sees the appointments in the shared calendar
      since Monday nothing new comes into my inbox
      the automatic reply still says that I am on holiday
      attachments from the board cannot be saved, the message stays empty
      `,
    ),
  },
  printer: {
    things: lines(`
      the printer
      the label printer
      the ward printer
      our printer
      the wristband printer
      the laser printer
      the colour printer
      the printer in {place}
      the multifunction printer
      the prescription printer
    `),
    says: bySplit(
      `
      does not print [any more|anything|at all]
      [only prints|prints] [blank|empty|white] [pages|sheets|paper]
      [has a|shows a|keeps having a] paper jam
      [is out of|needs new|has no] [toner|ink|cartridges]
      prints [everything|all pages] [too dark|too pale|with streaks|with black lines]
      [takes paper|pulls paper] from the wrong tray
      [is shown as|says it is|stays] offline
      prints [half of the page|only the first page|each page twice]
      [ignores|forgets|loses] [every|my] print job
      prints [crooked|skewed] [labels|wristbands|pages]
      [squeaks|grinds] when it [pulls|feeds] paper
      asks for [A5|letter] paper [all the time|although A4 is loaded]
      prints strange [characters|signs|symbols] [instead of|where should be] text
      does not [staple|print on both sides|print in colour]
      [smears|smudges] the [labels|toner|ink]
      `,
      `
      feeds two sheets at once
      leaves a black stripe on every page
      does not take any paper from the tray
      `,
      `
      produces pages with pale text and grey streaks
      keeps jamming in the rear tray
      leaves print jobs in the queue for ever
      wants a new drum and a new toner cartridge
      cuts off the last line of every label
      `,
    ),
    clauses: bySplit(
      `
      [paper|a sheet|a label] is [stuck|jammed] in the [back|rear|tray|rollers]
      we [need|have run out of|are out of] [toner|labels|ink|paper for the labels]
      [nothing comes out|nothing is printed] when I [print|click print]
      my [print jobs|documents] [stay|hang|are stuck] in the [queue|print queue]
      the [wrong|default] printer is [chosen|selected] [every time|whenever I print]
      [the toner|the cartridge|the drum] [is empty|must be replaced|is almost empty]
      [patient labels|wristbands|prescriptions] [come out|are printed] [blank|unreadable|crooked]
      I [cannot|can't] print [from|out of] [Word|the web browser|the PC in {place}]
      [printing|a print-out] takes [ten minutes|forever]
      the barcode on the [labels|wristbands] is too [pale|faint] to be [read|scanned]
      please [connect|add|install] the printer [from|in] {place} on my [PC|laptop]
      the [printed|print-out] pages [have stripes|are smudged|are too light]
      the [tray|paper drawer] [is broken|does not close]
      [double-sided|colour] printing [is not offered|does not work]
      my [documents|letters] are printed [in another room|on the wrong floor|on {place}]
      the display of the printer says "[replace drum|open tray|load paper]"
      discharge letters are printed [without the logo|on the wrong paper]
      the label roll [is empty|does not turn]
      the fuser [is too hot|shows an error]
      I sent [a document|a letter|forms] to print and [nothing happened|it vanished]
      `,
      `
      the drawer with the labels does not feed
      what we print is full of black lines
      a print-out never appears although the queue is empty
      the ink is gone and we have no cartridges left
      `,
      `
      the rollers pull in two labels and then everything jams
      every page comes out with a dark stripe down the middle
      there is no toner left and the spare cartridge is empty too
      prescriptions come out in the wrong room
      the queue is full of old jobs and nobody gets a sheet of paper
      wristbands are so faint that the barcode cannot be read
      a torn sheet sits behind the rear flap and the tray will not close
      `,
    ),
  },
  network: {
    things: lines(`
      the wifi
      the Wi-Fi
      the network
      the internet
      the VPN
      the LAN connection
      the wireless network in {place}
      the network socket
      the internet connection
      the access point
    `),
    says: bySplit(
      `
      [is down|is gone|is not available]
      [drops|disconnects|breaks off] every [few|ten] minutes
      is [extremely|very|far too] slow
      [does not reach|has no signal in] [the end of the corridor|{place}]
      shows [connected|full bars] but no page [opens|loads]
      cannot be [reached|joined|found] [from home|with my laptop|any more]
      [fails|stops] with a [timeout|certificate warning]
      gives [no address|only a wrong address] to [my PC|our devices]
      [loses|drops] the [signal|connection] when I [walk|move] [to the next room|along the ward]
      says "[no internet|limited connection|cable unplugged]"
      is [dead|without a link|not lit]
      [will not connect|does not connect] [since this morning|from home]
      is [overloaded|crawling] [in the afternoon|when everyone is here]
      asks for a key nobody [knows|has]
      `,
      `
      breaks off whenever we move the trolley
      has been down since the storm
      has almost no signal by the window
      `,
      `
      keeps losing the connection on the way to the next room
      is so slow that no page loads
      cannot be joined with the new tablets
      comes and goes every few minutes
      has no link light and the PC says the cable is unplugged
      `,
    ),
    clauses: bySplit(
      `
      I have no [internet|network|connection] [in|at] {place}
      [we|all PCs in {place}] are [offline|without network|without internet]
      [my laptop|the trolley|the tablet] does not [find|join] the [wifi|wireless network]
      web pages [do not load|load very slowly|time out]
      the [connection|VPN] [breaks|drops] [while I work from home|during calls]
      the shared drive [cannot be reached|is not available|says network path not found]
      the network [cable|socket|port] in {place} is [broken|loose|dead]
      the guest [wifi|Wi-Fi] for [patients|visitors] [does not work|has no internet]
      there is no [signal|coverage|reception of the wifi] in {place}
      my PC [gets no|has no] IP address
      drive [S|G|H]: [is missing|is disconnected|has a red cross]
      the [switch|router|access point] in {place} [blinks red|has no power|is dead]
      [ping|every connection] to the server [times out|gets no answer]
      the [red|orange] light at the network socket [blinks|is on]
      working from home is impossible, the [tunnel|VPN client] [does not open|hangs]
      half of the [computers|sockets] in {place} have no [link|connection]
      the proxy [refuses|blocks] every page
      roaming between the [access points|floors] [fails|takes a minute]
      [we cannot reach|nobody reaches] any server [on|from] {place}
      the download speed is [below|under] one megabit
      `,
      `
      no server answers and pages time out
      the wireless symbol has a red cross
      visitors ask why they get no internet
      the tunnel from home closes after a minute
      `,
      `
      nothing loads in the browser and the cable has no link
      the tablets on the trolley fall offline in the corridor
      we are cut off from all servers and shared drives
      there is hardly any signal in {place} and calls over wifi break off
      from home I reach neither the VPN nor the drive
      the light at the socket is off and my PC has no address
      pages need minutes to open, the speed test shows next to nothing
      `,
    ),
  },
};
