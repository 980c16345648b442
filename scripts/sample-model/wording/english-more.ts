import type { Category } from '../labels.ts';
import { lines } from './wording.ts';

/** More clauses for training alone, dense in alternatives: words of each matter in many company. */
export const englishMore: Readonly<Record<Category, readonly string[]>> = {
  'sign-in': lines(`
    [my|the] [password|PIN|login|user name] [was|is|has been] [wrong|expired|refused|forgotten|blocked] [today|again|on every computer]
    [nobody|no colleague|{person}] [can|could] [log in|sign in|get in] [with this|to the] [account|user|badge]
    [Windows|the system|the workstation] [refuses|rejects|does not know] my [credentials|password|smart card|user name]
    [the reset|resetting|renewing] of [my|the] [password|PIN] [fails|did nothing|is not offered]
    I [came back|returned] from [leave|illness|holiday|parental leave] and [cannot log on|my login is off|my account has gone]
    [the code|the token|the authenticator app] [is not asked for|is refused|shows no number] [when I sign in|at login]
    [a temporary|a new|the first] password [you sent|I was given] [is not accepted|does not let me in]
    [logging on|signing in|logging in] [takes me back to|ends at] the [start|login|sign-in] screen
    [the user|the account|the login] of [a trainee|{person}|the night nurse] [is locked|was disabled|has expired|must be unlocked]
    too many [failed logins|wrong passwords|wrong entries], [please unlock me|I am locked out]
    [please|kindly] [send|give] me a [new|first|temporary] [password|PIN] for [my account|my user]
    [single sign-on|the badge login|the card login] [stopped|asks for a PIN I do not have|signs in the wrong person]
  `),
  'e-mail': lines(`
    [a letter|a message|an e-mail|a reply] [to|from] [a patient|a GP|a supplier|another clinic] [was returned|got lost|is stuck|never came]
    [my|our|the team's] [mailbox|inbox|mail folder|outbox] is [empty|full|missing|not shown|locked]
    [sending|forwarding|receiving|deleting] [mails|messages|e-mails] [is impossible|fails|takes hours|ends with an error]
    [meetings|appointments|invitations] [vanish|are doubled|are not shown|cannot be accepted] in [the calendar|Outlook]
    [the attachment|a document|a photo] [in|of] [an e-mail|a message] [will not open|is missing|cannot be saved]
    [spam|advertising|junk] [fills|reaches] my inbox [every day|again]
    the [mailing|distribution] list [of our team|of {place}] [is out of date|reaches nobody|lacks {person}]
    [messages|mails] [I write|people send me] [stay unsent|bounce|come back|arrive days later|land in junk]
    [please|can you] [recover|restore|find] [deleted|lost|old] [messages|folders|mails]
    [the delivery|a receipt] says "[undeliverable|mailbox unavailable|recipient unknown]"
    [my|the] [out-of-office|holiday|automatic] [reply|message] [is not sent|cannot be switched off|has the wrong date]
    [contacts|addresses|signatures] in [Outlook|webmail] [are gone|are old|are wrong]
  `),
  printer: lines(`
    [pages|sheets|labels|letters|wristbands] [come out|are printed] [dark|grey|torn|folded|striped|in the wrong size|without text]
    [toner|ink|the drum|a cartridge|the waste box] is [empty|low|full|leaking|missing|the wrong one]
    [the tray|the drawer|the rear flap|the cover|the feeder] of the [printer|machine] [does not open|is broken|is stuck|will not close]
    [paper|labels|envelopes] [jam|get stuck|tear|are pulled in crooked] [in|behind] the [rollers|tray|printer]
    [a print job|my document|a form|the list] [hangs|waits|is lost|comes out twice] in the [printer|queue|print list]
    [no|only a blank|only half a] [page|sheet|label] [comes out|is printed]
    [nothing|not one page] [was printed|came out] although the queue [says done|is empty]
    [we print|I print] and [the pages are missing|another room gets it|only noise comes]
    [black|grey|white|coloured] [stripes|lines|spots|shadows] [run across|are on] [every|each] [page|label|print-out]
    [barcodes|text|letters] on [labels|prescriptions|forms] [are cut off|are too small|cannot be scanned|are smeared]
    [the printer|the machine] [beeps|blinks red|warms up for ever] and [asks for paper|wants toner|stays offline]
    [prescriptions|forms|letters] should [come out|be printed] [here|in {place}] and [go to another printer|end elsewhere]
  `),
  network: lines(`
    [the computers|all tablets|our devices|my laptop] [in {place}|here] [lost|have lost|get] [no|the] [connection|link|signal|address]
    [the cable|the socket|the plug|the line] [in the wall|under the desk|at my PC] [is loose|has no light|is torn|is dead]
    [web pages|sites|the intranet|the server] [do not open|cannot be reached|load for minutes|time out]
    [wifi|wireless|internet|network] [goes off|falls out|comes back|is weak|is lost] [again and again|in the corridor|by the lift|every hour]
    [from home|on the road|outside the hospital] [the VPN|the tunnel|remote access|the drive] [does not connect|breaks off|is slow]
    [downloads|uploads|transfers|pages] are [very slow|at a crawl|stopped]
    [folders|files|shares] on the [server|shared drive|network drive] [are not there|cannot be opened|are offline]
    [the router|the switch|an access point] [restarts|is hot|has no lights|is offline]
    [visitors|patients|guests] have no [internet|wifi|Wi-Fi]
    "[no connection|DNS error|server not found|no internet]" [is shown|appears] [in the browser|everywhere|on all PCs]
    we [have|get] no [coverage|network|wireless] [on the trolley|in the basement|in {place}]
    [video calls|calls over wifi|cloud pages] [freeze|break up] because the [line|connection|internet] is [slow|weak]
  `),
  records: lines(`
    [nursing notes|doctor's orders|vital signs|allergies|diagnoses] [are missing|are gone|cannot be entered|were not stored] in [the chart|the record|the HIS]
    [a patient|a child|bed {number}] [was admitted|was transferred|was discharged] [but is not in the list|and is still shown|under a wrong name]
    [the chart|the record|the file] of [a patient|bed {number}] [is locked|is empty|does not open|shows somebody else]
    [medication|a dose|an infusion|a prescription] [ordered|changed|stopped] by [the doctor|the consultant] is [not visible|shown twice|wrong] in the [chart|EHR]
    [the discharge letter|the summary|the operation report|the consent form] [cannot be signed|is not saved|lacks the diagnosis|is gone]
    [documenting|charting|ordering|admitting|discharging] in the [EHR|HIS|record] [hangs|is impossible|takes minutes]
    two [entries|records|admissions] [exist|were made] for [one|the same] patient
    [blood pressure|temperature|weight|fluid balance] [is not taken over|disappears|cannot be documented]
    the [bed plan|ward list|patient list|theatre list] [is wrong|shows old patients|is not updated|is empty]
    [nurses|doctors|we] [cannot see|no longer see|wait for] the [orders|history|allergy warnings|care plan] of [a patient|our patients]
    I [wrote|entered|documented|stored] [a note|findings|the round] and it [is no longer there|went to the wrong patient]
    [the warning|an alert] about [allergies|interactions|falls] [is not displayed|comes for the wrong patient]
  `),
  imaging: lines(`
    [X-rays|CT images|MRI pictures|ultrasound pictures|scans] [of {place}|of a patient|of today] [are missing|are black|are late|cannot be found|are incomplete]
    [the viewer|the archive|PACS|the workstation] [does not find|does not receive|loses|mixes up] [studies|series|slices|images]
    [the radiologist|the surgeon|theatre|the partner hospital] [waits for|cannot open|does not get] the [pictures|scan|study|report]
    [old|previous|earlier] [scans|X-rays|studies] [cannot be compared|are not in the archive|do not load]
    [the CT|the MRI|the ultrasound|the X-ray room] [sends nothing|has no worklist|cannot store pictures|lists the wrong patient]
    [a disc|a CD|a stick] with [scans|images|X-rays] from [another hospital|a practice] [cannot be opened|is not read|must be imported]
    [the report|the finding] of the [CT|MRI|X-ray|radiologist] [is missing|hangs on another study|is not visible]
    [a picture|an image|a slice] [is upside down|is too dark|is grey|is cut off] in the viewer
    [two studies|two series|the pictures of two patients] [were swapped|are in one folder|must be separated]
    [an examination|a scan|an X-ray] of the [hip|chest|knee|head|hand] [was done|was taken] and [no image came|nothing is stored]
    images must be [sent|exported|copied] to [another hospital|a specialist|the patient]
    [scrolling|zooming|loading|measuring] in the [viewer|PACS] is [slow|broken|wrong]
  `),
  laboratory: lines(`
    [blood counts|potassium|glucose|troponin|coagulation|cultures|swabs] [are missing|show no values|are not released|come too late|are wrong]
    [samples|tubes|specimens|blood] [sent|taken] [this morning|from {place}|an hour ago] [are unknown|were lost|were swapped|have no result]
    [the analyser|the LIS|the lab|the interface] [does not send|delivers no|holds back|mixes up] [values|results|findings|orders]
    [tests|a blood test|a culture|a PCR] [cannot be requested|cannot be ordered|was ordered twice|is not in the list]
    [the barcode|the label|the number] on [the tube|the sample|the specimen] [is not read|is unknown|belongs to another patient]
    [the blood bank|the transfusion service] [does not see|cannot release|waits for] the [blood group|cross-match|order|units]
    [units|reference values|limits] in the [lab report|results] [are wrong|are missing|changed]
    [the result|the value|the report] of [a swab|a biopsy|a blood gas|a urine test] [is not there|went to another patient|is empty]
    [the glucose meter|the blood gas analyser|the centrifuge] [transmits nothing|does not upload|lost its values|is offline in the LIS]
    [validation|quality control|calibration] of [results|the analyser] [fails|hangs|is refused]
    [requests|orders] [we placed|from last night|for tomorrow] [are not in the lab|are missing in the LIS]
    [the lab|laboratory staff] [ask|asks] why [samples|orders] from {place} [have no request|are not recognised]
  `),
  telephone: lines(`
    [my phone|the handset|the receiver|the line|the extension] [is dead|is silent|has no tone|only crackles|does not ring]
    [callers|people|patients|relatives] [who call|who phone] us [get silence|hear the engaged tone|are cut off|reach another desk]
    [the pager|the bleep|the beeper] of [the duty doctor|the team|{person}] [is silent|has no signal|did not go off|beeps all day]
    [calls|a call|phone calls] [to|from|for] [outside|{place}|another extension] [are not put through|break off|go to voicemail|ring elsewhere]
    [the diversion|forwarding|call transfer] of [my phone|our extension] is [wrong|off|to be changed]
    [the bell|the nurse call|the call button] in room {number} [stays silent|rings for ever|is broken]
    [the switchboard|the operator|the hotline] [loses|cannot transfer|does not reach] [calls|callers|us]
    [dialling|phoning|calling] [a mobile|an outside number|the next ward] [does not work|gives a busy tone]
    [I hear|the caller hears] [noise|crackling|an echo|nothing] [on the phone|on the line|in the receiver]
    [the cordless|the DECT|the mobile] phone [loses its signal|is not registered|is not charging in the cradle]
    [the number|the name] [shown|on the display|in the phone book] is [wrong|old|another one]
    [the answering machine|voicemail] [is full|does not record|plays nothing]
  `),
  hardware: lines(`
    [the screen|the monitor|the display] [is dark|has a crack|flickers|has stripes|shows no picture|went black]
    [keys|the keyboard|the mouse|the buttons|the touchpad] [stick|is sticky|do not react|fell off|is broken]
    [the computer|the PC|the laptop|the machine] [is dead|does not power on|turns off|rattles|is hot|smells burnt|only beeps]
    [tea|water|juice|coffee|soup] [got into|was spilled on|dripped into] the [keyboard|laptop|PC|scanner]
    [the battery|the charger|the power cable|the plug] [is swollen|is torn|does not charge|gets hot|is lost]
    [the fan|the disk|the power supply] [is loud|grinds|clicks|stopped|sparks]
    [the hand scanner|the barcode scanner|the card reader|the camera] [has a torn cable|does not beep|gives no light|is not found]
    [somebody|I|a patient] [dropped|knocked over|broke|bumped into] the [tablet|laptop|monitor|scanner]
    [the lid|the hinge|the stand|the wheel|the socket] of the [laptop|trolley|monitor|PC] [is broken|is bent|came off|is loose]
    no [light|power|sound|picture|fan] when I [press|push] the [power|start] button
    [the cursor|the pointer|the touch screen] [jumps|freezes|does not react|wanders]
    [smoke|a burnt smell|a spark|a loud noise] [comes from|came out of] the [computer|machine|charger] under the desk
  `),
  software: lines(`
    [Word|Excel|the program|the application|Teams] [quits|crashes|hangs|closes|does not respond|is gone] [when I open a file|since the upgrade|after setup]
    [a licence|an activation|the subscription|a product key] [is missing|has run out|is needed|was refused] for [Excel|the PDF editor|our team|the statistics package]
    [spreadsheets|tables|documents|templates|macros|formulas] [do not open|are not calculated|lose their format|cannot be exported]
    [the menu|the toolbar|a button|the add-in] [in Word|in Excel|of the program] [is gone|is grey|moved|changed after the update]
    [the setup|the installation|the update|the upgrade] [ended with an error|hangs|asks for rights|must be repeated]
    [error|code] {number} [appears|comes up|is shown] [when the program starts|while saving|in the application]
    [the roster|the dictation|the time recording|the e-learning] [program|software|app] [is too old|runs in an old version|cannot be opened]
    [please|kindly] [install|uninstall|update|activate] [the PDF editor|the office suite|the statistics package|the browser]
    [the product|the office suite|the software] is not [activated|licensed|installed] [any more|on this PC]
    [the browser|the app|the reader] [shows an old version|blocks pop-ups|forgot my settings|wants an update]
    [a file|a table] [from a colleague|I saved] [opens with signs|opens empty|is read-only] in [Word|Excel|the editor]
    [the language|the dictionary|the font|the format] in [Word|the program] [is wrong|is missing|cannot be chosen]
  `),
  security: lines(`
    [someone|a caller|a stranger|an unknown person] [asked for|wants|tried to get|knows] [my password|patient data|remote access|our login]
    [I|a colleague|{person}] [clicked|opened|answered|followed] a [fake|strange|dangerous|suspicious] [link|attachment|message|invoice]
    [a virus|a trojan|malware|ransomware|a threat] was [found|reported|blocked|downloaded] [on my PC|in a file|in {place}]
    [files|folders|our documents] have been [encrypted|renamed|locked] and [money|a ransom|bitcoin] is [demanded|wanted]
    [a bag|a laptop|a tablet|a stick|a list] with [patient data|diagnoses|patient names] was [stolen|lost|forgotten in the train|found outside]
    [diagnoses|a letter|patient data|a report] [went|was sent|was mailed] to [a wrong address|a stranger|the wrong recipient] [by mistake|yesterday]
    [a stranger|a visitor|somebody] [without a badge|without asking] [sat at|used|looked at] our [workstation|screen|computer] [and read patient data|alone]
    it [looks like|smells of|could be] [fraud|phishing|an attack|a scam], [everybody|many of us] got it
    [the antivirus|the virus scanner|the firewall] [gives an alarm|reports a threat|moved a file to quarantine]
    [my|a colleague's] account [was used|is misused|sends mails] [by someone else|from abroad|at night]
    [a website|a page|a window] [asked me for|wanted] my [password|bank details] and I [entered them|typed it in]
    [passwords|logins] are [shared|written on paper|known to all] [in {place}|at the desk]
  `),
  request: lines(`
    [a locum|a new doctor|a student|a new colleague|an external nurse] [joins|comes|starts|begins] [soon|next week|in spring] and [needs|must have|has no] [an account|rights|a workstation|a laptop]
    [we|I|our office|{place}] [would like|want|wish] to [order|buy|get|apply for] [two|three|a|another] [tablets|monitors|laptop|headset|larger screen]
    [please|could you|kindly] [quote|order|deliver|arrange|provide] [a larger screen|a new PC|two tablets|a headset|a docking station]
    [read|write|temporary|additional|remote] [access|rights|permission] [to|for] [the drive|the folder|the calendar|the theatre plan] [is needed|is requested|please]
    [the form|the application|the order] is [signed|approved|attached], please [set it up|order it|arrange access]
    [a room|the new office|the treatment room|our new clinic] [needs|must get|should have] [sockets|a computer|phones|a workstation]
    [{person}|a colleague] [changed department|has a new role|moved to {place}] and [needs other rights|should get access|must keep the folder]
    [please|kindly] [remove|withdraw|close] [the rights|the account|the access] of [a colleague who left|{person}]
    may [I|we|a student] [have|get|borrow] [a tablet|read access|a projector|permission for the drive]
    [our budget|the manager|the head of department] [allows|agreed to|pays for] [a new laptop|two monitors|new equipment]
    [we move|the team moves|I move] [next month|to another floor|to {place}] and [need|want] [workstations|the PCs] [set up there|moved]
    an [external|visiting] [doctor|colleague|auditor] [needs|should get] [guest access|an account for two weeks|temporary rights]
  `),
};
