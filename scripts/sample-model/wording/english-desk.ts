import { bySplit, lines, type SymptomWordings } from './wording.ts';

/** Hardware, software, security, new things and rights. */
export const englishDesk: SymptomWordings = {
  hardware: {
    things: lines(`
      my PC
      the monitor
      the keyboard
      the mouse
      my laptop
      the computer in {place}
      the barcode scanner
      the docking station
      the computer on wheels
      the battery of the trolley PC
    `),
    says: bySplit(
      `
      does not [start|switch on|turn on|boot]
      [stays|remains] [black|dark] [after switching on|since this morning]
      [is broken|is damaged|is cracked] 
      [fell|was dropped] on the floor
      [makes|is making] a [loud|strange] [noise|rattling]
      [does not charge|will not charge] [any more|at all]
      [flickers|has stripes|shows only half]
      gets [very hot|too hot]
      [switches itself off|turns itself off|restarts] [without warning|again and again]
      [is no longer recognised|is not detected] [at the USB port|by the PC]
      has [sticky|dead|missing] [keys|buttons]
      [smells|smelled] [burnt|of smoke]
      shows a [blue screen|disk error] at start
      [beeps|beeped] three times and [stays black|stops]
      had [coffee|water] spilled over it
      `,
      `
      shuts down as soon as it is moved
      has a crack across the glass
      only beeps when I press the power button
      `,
      `
      remains dead when I press the power button
      slipped off the table and has a crack now
      loses its charge within minutes
      rattles loudly and gets hot
      no longer reacts to any key
      `,
    ),
    clauses: bySplit(
      `
      the [screen|display] is [black|cracked|flickering]
      [coffee|water|tea] [was spilled|ran] over the [keyboard|laptop]
      [some|several] [keys|buttons] [stick|do not react|are missing]
      the [fan|hard disk] [is very loud|rattles|grinds]
      the [power supply|charger|power cable] [is broken|is missing|smells burnt]
      the [battery|rechargeable battery] [is swollen|lasts ten minutes|does not hold]
      the [barcode|hand] scanner [does not read|no longer beeps|has a broken cable]
      the [webcam|speaker|headset] [is not detected|is broken|gives no sound]
      the [USB|HDMI] [port|socket] is [bent|loose|broken]
      the [card reader|foot switch] [is loose|fell off|has no light]
      the second [screen|monitor] [stays dark|is not found|gets no picture]
      the [computer|machine] [switches off|crashes] [when I touch the cable|after five minutes]
      the [mouse pointer|cursor] [jumps|does not move]
      the [wheel|arm|mount] of the [trolley|monitor] is [broken|loose]
      the hard disk [is dying|clicks], says the [start screen|boot message]
      the touch screen [does not react|reacts in the wrong place]
      the laptop [hinge|lid] [broke|is broken]
      the [power|on] button [is stuck|does nothing]
      [smoke|a burnt smell] [came|comes] out of the [PC|power supply]
      the document scanner [pulls in nothing|jams|does not switch on]
      `,
      `
      the power button does nothing and no light comes on
      a key came off the keyboard
      there is no picture on the second screen
      the scanner gun does not beep
      `,
      `
      a cup of tea was knocked over and the keys stick now
      no light, no fan, the computer is simply dead
      the picture on the screen has stripes and flickers
      the battery swelled and the lid no longer closes
      the cable of the hand scanner is torn
      the cursor jumps about and the mouse buttons do not react
      a burnt smell comes from under the desk where the machine stands
      `,
    ),
  },
  software: {
    things: lines(`
      Word
      Excel
      the PDF reader
      the software
      the browser
      the duty roster program
      the application
      Teams
      the office suite
      the dictation software
    `),
    says: bySplit(
      `
      [crashes|closes itself] [when I open a file|at start|every time I save]
      [asks for a|needs a new|has no valid] licence
      [says|shows] "[licence expired|not activated|unlicensed product]"
      [needs|wants] an update [every day|but I have no rights]
      [does not start|stopped working] [after the update|since the last update]
      [shows|gives] an error [code|message] [{number}|when saving]
      is [the wrong|an old|an outdated] version
      is missing [a plug-in|the add-in|fonts]
      [is in English|switched its language] although I need [German|Chinese|another language]
      [does not open|cannot open] [documents|spreadsheets|files] [from colleagues|any more]
      [must be|needs to be] [reinstalled|updated|installed again]
      has [lost|forgotten] all [my settings|templates|toolbars]
      [hangs|freezes] while [calculating|saving|loading a document]
      does not [recognise|understand] my [dictation|voice] 
      [blocks|refuses] the [macro|formula|add-in]
      `,
      `
      closes without a word when I save a spreadsheet
      says that the trial period is over
      cannot be updated by me
      `,
      `
      quits as soon as a spreadsheet is opened
      complains that the product is not activated
      runs in a very old version and should be updated
      has lost its toolbars since the update
      gives error {number} and closes
      `,
    ),
    clauses: bySplit(
      `
      the [licence|subscription] for [Excel|the statistics software|the PDF editor] has [expired|run out]
      the [program|application] [crashes|closes] [all the time|again and again]
      after the [update|upgrade] [nothing works as before|the menu is gone|the program does not start]
      please [install|update|reinstall] [Teams|the PDF reader|the browser] [on my PC|again]
      [formulas|macros] in [Excel|my spreadsheet] are [blocked|not calculated]
      a [document|file] [cannot be opened|opens with strange characters]
      the [spell checker|dictionary] [is missing|has the wrong language]
      the [roster|planning] program does not [save|export] the [plan|shifts]
      the installation [stops|fails] with [code|error] {number}
      I get "[not responding|runtime error|missing DLL]" [when I save|at each start]
      the [add-in|plug-in] for [references|dictation] is [gone|disabled]
      the browser [does not show|blocks] [the learning platform|videos|a pop-up]
      [fonts|templates] [are missing|look wrong] in [Word|the letter]
      a [setup|update] window [pops up|appears] at every start
      the [e-learning|statistics|time recording] [program|software] [does not start|needs a new version]
      [we|I] have [too few|no] licences for [the statistics package|the PDF editor]
      [saving|exporting] a [file|table] as PDF [fails|does not work]
      the [language|keyboard layout] of the program [is wrong|changed itself]
      the [video call|meeting] app [has no sound setting|does not share my screen]
      [Excel|Word] [asks to activate|says product activation failed]
      `,
      `
      every table I save makes the program close
      the licence server says no seats are left
      I am asked to activate the office suite
      a window for the update appears all the time
      `,
      `
      a spreadsheet with macros no longer calculates anything
      since the upgrade the menus are gone and the program hangs
      there are not enough licences of the PDF editor for our team
      the setup ended with error {number} and now the application is missing
      files from a colleague open with strange characters
      the roster cannot be exported, the program does not respond
      the statistics package wants a new activation
      `,
    ),
  },
  security: {
    things: lines(`
      a phishing mail
      a suspicious e-mail
      a suspicious message
      a strange pop-up
      a dubious link
      a fake invoice
      an unknown attachment
      a false warning
    `),
    says: bySplit(
      `
      [asked|asks] for my [password|bank details|PIN] 
      [was|has been] [opened|clicked] by [a colleague|{person}]
      [reached|was sent to] [the whole ward|many of us|several people]
      [appeared|showed up|popped up] on [my screen|the PC in {place}]
      [wants|demanded|demands] [money|bitcoin|gift cards]
      [pretends|claims] to be [from IT|our director|the bank]
      [wants|tries] to [get remote access|take over my PC]
      says that [my files|all data] [are encrypted|were locked]
      [contains|carries|brought] [a trojan|malware|a virus]
      [looks|seems] [like fraud|like phishing|not genuine]
      [leads|led] to a [fake|false] [login page|website]
      [installed|downloaded] something [by itself|I did not want]
      [comes|came] from [an unknown sender|abroad|a stolen account]
      `,
      `
      came with an infected attachment
      pretended to come from Microsoft
      locked all files and wants bitcoin
      `,
      `
      claims to be the help desk and asks for my password
      was opened and the antivirus now reports malware
      demands a ransom for our files
      took me to a false website where I entered my data
      is going round and several people have clicked
      `,
    ),
    clauses: bySplit(
      `
      I [clicked|clicked on] a [link|button] in a [suspicious|strange|fake] [mail|message]
      I [opened|downloaded] an [attachment|invoice] and now I [think it was|fear it is] [a virus|malware]
      somebody [used|uses|knows] my [password|account] [without asking|who should not]
      files [have strange endings|are encrypted|cannot be read] and there is a [ransom note|note demanding money]
      [a laptop|a phone|a USB stick] with patient data was [stolen|lost|left on the train]
      a [stranger|visitor] was [sitting at|using] a [PC|workstation] in {place}
      [patient data|a list of patients] was sent to the wrong [person|address|recipient]
      I [entered|typed] my password on a [fake|strange|false] page
      I got a mail [from the director|from "IT"] that looks like [fraud|phishing|a scam]
      the [mouse|cursor] moves by itself, I think [we are hacked|someone is inside]
      the virus scanner [reports|found] [a threat|an infected file] 
      [somebody|someone|an unknown caller] [called|phoned] and [wanted|asked for] my [password|login]
      a USB stick somebody found was plugged into [a ward PC|my computer]
      the antivirus [shows|reports] a [virus|trojan] warning [in {place}|on my PC]
      ransomware [locked|has encrypted] [our|all] files
      a [printout|document] with [patient names|diagnoses] [lay in the waste|was found in the lift]
      a colleague [looked up|read] the [file|data] of [a neighbour|a famous patient] without need
      there are sign-ins [from abroad|at night] that were not me
      a [browser|pop-up] window says my PC is infected and to call [a number|them]
      [unknown|new] [programs|users] [appeared|were created] that nobody knows
      an invoice [scam|fraud] [reached|came to] {place}
      [someone|a person] without a badge [wants|got] into the server room
      our [shared password|login] [hangs|is written] on a [note|sticker] for all to see
      `,
      `
      I gave my password to someone on the phone who pretended to be IT
      a list with patient names was found on the bus
      sign-ins from another country appear in my account
      I think the attachment I opened was a virus
      `,
      `
      an attachment from a stranger was opened and now the files have strange endings
      my bag with the hospital laptop was stolen from the car
      I sent diagnoses to the wrong address by mistake
      a caller tried to talk me into giving remote access
      a message that looks like fraud asks everybody in {place} to click
      a person nobody knows sat at our workstation and read patient data
      the scanner for viruses reports a threat and has locked the file
      `,
    ),
  },
  request: {
    things: lines(`
      a new laptop
      a new PC
      a second monitor
      access to the shared folder
      an account for {person}
      a new phone line
      write access to drive S
      an access card
      a workstation for {person}
      rights for the duty roster
    `),
    says: bySplit(
      `
      is needed for [a new colleague|{person}|the new office]
      [should be|has to be] [ordered|set up|delivered] [for {place}|for our team]
      [would be|is] [needed|required] from [next month|the first of the month]
      [has been|was] approved by [the head of department|my manager]
      [is wanted|is requested] for [the new consulting room|a trainee]
      [was|has been] [requested|promised] [weeks ago|last month] [and has not come|and is still missing]
      would [help us|make work easier] [on {place}|at the front desk]
      must be [arranged|prepared] before [the new colleague starts|we move]
      can be [charged to|paid from] [our budget|cost centre {number}]
      [should be|can be] [taken away from|given to] {person}
      `,
      `
      is what our new colleague still needs
      should please be arranged for the move
      was signed off by my manager
      `,
      `
      is still missing for the trainee who starts soon
      was approved and can be ordered from our budget
      should be prepared for the new consulting room
      has to be given to somebody who joins our team
      would be required when we move to the new office
      `,
    ),
    clauses: bySplit(
      `
      we [need|would like|want to order] [a new|another|an additional] [laptop|PC|monitor|tablet] for {place}
      [a new colleague|a new nurse|a new doctor|a trainee] [starts|begins] [on Monday|next month] and needs [an account|access|equipment]
      please [give|grant] {person} [access|rights|permission] to [the shared folder|drive S|the theatre plan]
      [could I|can I|may I] [get|have] [access|read access|rights] to the [folder|drive|calendar] of {place}
      we are moving to {place} and need [our PCs moved|sockets and phones|workstations]
      [please|could you] [create|set up] [a user|an account] for [the new secretary|a locum|a student]
      [I|we] [would like to|want to] [borrow|order|apply for] [a projector|a headset|a tablet|a laptop]
      {person} [leaves|is leaving] us, please [close|remove] [the account|all rights]
      [please|kindly] [order|quote] [two|five] [monitors|laptops|chairs with PC desks]
      [I|we] [request|apply for] [remote access|home office access] for {person}
      my [role|position] changed and I need [other|more] [rights|permissions]
      the [new|additional] [treatment room|consulting room] must be [equipped|fitted out] with a PC
      what does [a second monitor|a new tablet] cost and how [do I|can we] order [it|one]
      an [intern|external doctor] needs [a guest account|temporary access] for two weeks
      [please|can you] [extend|prolong] the [access|account] of [our locum|the student]
      we [plan|open] a new [clinic|ward] and need [equipment|a list of hardware]
      I would like a [larger screen|wireless mouse|headset] [for my desk|for the office]
      [our team|our department] needs a [new shared folder|new shared drive]
      [please|kindly] [set up|prepare] a workstation for [the new colleague|{person}]
      the [order form|application] for a [laptop|tablet] is [attached|signed]
      `,
      `
      someone joins our team next month and has no account yet
      we want to order three tablets for the ward round
      may a student have read access to our folder
      please remove all rights of a colleague who leaves
      `,
      `
      a locum joins us next week and must have an account and a workstation
      we would like to apply for two additional tablets
      may I have write permission for the drive of {place}
      our new treatment room has to be fitted out with a computer and sockets
      {person} has a new role and should get more rights
      please quote and order a larger screen for the front office
      an external colleague needs temporary access, the form is signed
      `,
    ),
  },
};
