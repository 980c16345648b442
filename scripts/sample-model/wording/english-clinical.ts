import { bySplit, lines, type SymptomWordings } from './wording.ts';

/** Patient records, imaging, laboratory, telephones. */
export const englishClinical: SymptomWordings = {
  records: {
    things: lines(`
      the EHR
      the patient record
      the hospital information system
      the HIS
      the patient chart
      the medication chart
      the electronic record
      the order entry in the EHR
      the ward list in the HIS
      the discharge letter module
    `),
    says: bySplit(
      `
      does not [open|load] [for some patients|any more|at all]
      [freezes|hangs] when I [save|open a chart|document vital signs]
      shows the [wrong|old|previous] [ward|bed|admission]
      does not [save|keep|store] my [notes|entries|documentation]
      is [read-only|locked by another user] 
      [lost|has lost] the [notes|entries] of [the night shift|yesterday]
      [shows|says] "[record locked|patient not found|session ended]"
      has [two|duplicate] entries for [the same|one] patient
      [misses|does not show] the [allergies|medication|diagnoses]
      [cannot be|is not] [signed|closed|completed]
      does not [admit|transfer|discharge] patients
      is missing the [tab|button] for [nursing notes|vital signs|orders]
      prints the wrong [diagnosis|dose] into the [letter|summary]
      [is very slow|needs a minute] for each chart
      `,
      `
      shows an empty medication list
      refuses to admit a new patient
      no longer stores vital signs
      `,
      `
      forgets the nursing notes that I have just documented
      does not let me discharge a patient
      keeps the chart locked although nobody else has it open
      shows a dose that nobody ordered
      opens the chart of another patient
      `,
    ),
    clauses: bySplit(
      `
      I [cannot|can't] open the [chart|record] of [a patient|one patient|bed {number}]
      [the|a] patient was [admitted|registered] twice
      [we|nurses] cannot [chart|document|enter] [vital signs|medication|nursing notes]
      the [medication|drug] order [does not appear|is missing] in the chart
      a [note|diagnosis] was [saved|entered] in the wrong [chart|record|patient]
      [two records|two charts] of the same patient must be [merged|joined]
      the [bed|ward] list [shows|still shows] [discharged patients|patients who left]
      the [transfer|admission|discharge] of a patient [cannot be completed|hangs|fails]
      the [allergy|fall risk] [warning|note] is [missing|not shown] in the [record|chart]
      I [cannot|can't] sign the [discharge letter|operation report|doctor's letter] [electronically|in the system]
      the [care plan|nursing plan|wound chart] is [empty|gone|not saved]
      [appointments|operations] in the [HIS|theatre plan] are on the wrong [day|patient]
      the [template|form] for the [discharge letter|anaesthesia record] is [missing|outdated]
      the insurance data of [a patient|new patients] is not [taken over|saved]
      orders I [enter|place] in the [EHR|HIS] [vanish|are not sent]
      [doctors|nurses] see an [empty|old] [chart|medication list]
      the [fever|blood pressure] curve is not [drawn|updated]
      the [progress|nursing] notes of [yesterday|the last shift] are gone
      I [picked|opened] the right patient but [another|the wrong] [name|chart] appears
      the coding of [diagnoses|procedures] is [refused|rejected]
      `,
      `
      a patient we discharged is still on the list
      my documentation of the night is no longer in the chart
      the doctor cannot sign the letter for the GP in the record
      medication that was ordered does not show up for the nurses
      `,
      `
      the drug chart of bed {number} is empty although the doctor ordered medication
      I documented the blood pressure and it was not stored
      someone was admitted under the wrong name and needs a merged record
      the list of our ward shows patients who went home days ago
      notes of the last shift have vanished from the chart
      a warning about an allergy does not come up when I open the patient
      the operation report cannot be completed or signed
      `,
    ),
  },
  imaging: {
    things: lines(`
      the PACS
      the image viewer
      the PACS workstation
      the CT
      the MRI workstation
      the X-ray system
      the ultrasound archive
      the imaging worklist
      the radiology viewer
      the DICOM import
    `),
    says: bySplit(
      `
      does not [show|load|open] [images|the scans|the studies]
      [loads|opens] images [very slowly|only after minutes]
      [is missing|does not contain|has lost] [the study|the images|the series] of [today|a patient|yesterday]
      does not [send|transfer] [studies|images] to the [archive|viewer|ward]
      shows the images of [another|the wrong] patient
      [shows|has] a [grey|black] picture instead of the [X-ray|scan]
      [cannot|does not] [import|read] the [disc|CD] from [another hospital|outside]
      has an empty worklist
      does not [show|keep] the [radiology report|measurement]
      [cuts off|mirrors] the [picture|image|scan]
      [stops|hangs] while [scrolling through|comparing] [slices|series]
      cannot [burn|export] [images|a study] for the [patient|GP]
      shows only [half|three] of the [slices|series]
      [stores|files] the [study|images] under the wrong [name|number]
      `,
      `
      no longer receives studies from the scanner room
      shows every X-ray upside down
      leaves the radiologist with an empty list
      `,
      `
      never finishes loading the slices
      does not find the old scans for comparison
      sends nothing to the archive
      leaves the picture black where the X-ray should be
      refuses the disc a patient brought from another hospital
      `,
    ),
    clauses: bySplit(
      `
      [images|scans|X-rays] [do not load|do not open|are missing] [in the viewer|on {place}|in theatre]
      [the study|the scan|the series] of [a patient|this morning|bed {number}] is [missing|not in the archive|incomplete]
      the [radiologist|surgeon] [cannot|can't] see the [CT|MRI|X-ray] [images|pictures]
      [a CD|a disc] with [images|an MRI] [cannot be|is not] [read|imported]
      the [ultrasound|mammography|endoscopy] [device|room] does not [send|transfer] [pictures|images]
      the worklist at the [CT|MRI|X-ray room] is [empty|not updated|from yesterday]
      [the report|the finding] of the [radiologist|scan] is not [attached to|with] the [images|study]
      I need [images|a scan] [burned|exported] for [another hospital|the GP]
      the [contrast|brightness] of the [images|pictures] is [wrong|far too dark]
      [slices|pictures] of the [CT|MRI] are [missing|in the wrong order]
      [X-rays|images] of [two patients|another patient] are mixed up
      [comparing|loading] [old studies|previous images] takes [minutes|too long]
      the [measuring|zoom] tool in the viewer [does not work|shows nonsense]
      the examination was done but [no picture|no image] [arrives|has arrived]
      the [DICOM|image] [node|transfer] [rejects|refuses] [our studies|the series]
      the diagnostic [screen|monitor] for [X-rays|radiology] needs [calibration|to be calibrated]
      the [angiography|cath lab] [run|film] is not [stored|archived]
      the scan [went|was sent] to the wrong [patient|study]
      pictures of the [fracture|lungs|hip] [cannot be found|are gone]
      [teleradiology|the image share] with [the partner hospital|another hospital] [fails|is down]
      `,
      `
      no picture of the chest arrives after the examination
      the surgeon waits for the MRI series in the viewer
      old mammography studies cannot be compared
      the CT room sees yesterday's worklist
      `,
      `
      the X-ray of the hip was taken but cannot be found in the archive
      half of the slices are missing from the scan of this morning
      pictures from the ultrasound never reach the viewer
      the report of the radiologist belongs to another study
      theatre sees only a grey box instead of the images
      we cannot look at the MRI that came on a disc
      the series of two patients were swapped at the CT
      `,
    ),
  },
  laboratory: {
    things: lines(`
      the LIS
      the laboratory system
      the lab system
      the analyser
      the blood gas analyser
      the sample scanner
      the lab order system
      the results interface
      the blood bank system
      the specimen tracking
    `),
    says: bySplit(
      `
      does not [send|transfer|deliver] [results|values|findings]
      [rejects|refuses] [every|our|each] [sample|order|tube]
      shows [no|old|yesterday's] [results|values|blood counts]
      [is not|is no longer] connected to the [instrument|interface|server]
      [mixes up|swaps] [samples|tubes|units]
      [does not accept|cannot read] the [barcode|tube label]
      shows the [wrong|impossible] [units|reference range|potassium]
      has lost the [orders|requests] of [this morning|{place}]
      [hangs|stops] while [validating|releasing] [results|values]
      does not [release|validate] the [potassium|troponin|culture]
      marks [every|each] [sample|specimen] as [unknown|missing]
      [cannot|does not] [print|create] [sample|tube] numbers
      [misses|skips] the [control|calibration] [sample|values]
      [repeats|doubles] [orders|results]
      `,
      `
      does not know our tubes any more
      leaves all values unvalidated
      gives no coagulation results
      `,
      `
      keeps the troponin values back and never releases them
      says that the specimen is unknown
      has not delivered a single blood count since the morning
      swaps the values of two samples
      lost the requests that we placed last night
      `,
    ),
    clauses: bySplit(
      `
      [lab results|laboratory values|blood values] [do not arrive|are missing|are not shown] [on {place}|in the record]
      [blood samples|tubes|specimens] are [rejected|not recognised|marked as lost]
      [the|a] [blood count|potassium|troponin|blood gas] of [a patient|bed {number}] is [missing|not transferred]
      the [analyser|centrifuge interface] in the lab does not [talk to|connect to] the [LIS|system]
      I [cannot|can't] order [lab tests|blood tests|a blood count] [for a patient|in the system]
      the [reference ranges|units] of [the lab report|glucose] are wrong
      the [microbiology|pathology|histology] [findings|results] [never come|are not shown|are empty]
      the [cross-match|blood group|transfusion] [order|result] [cannot be|is not] [sent|seen]
      [tube labels|sample barcodes] are not [accepted|known] by the [analyser|lab]
      [results|values] of [two patients|two samples] [were swapped|are mixed up]
      the [lab report|cumulative report] [is cut off|lacks the date]
      quality control [values|samples] are not [stored|accepted]
      the [urine|culture|PCR] [result|test] [is not in the list|cannot be requested]
      [the lab|we] cannot [validate|release] [results|findings]
      the [glucose meter|point of care device] does not [transmit|upload] [values|results]
      orders for [morning bloods|tomorrow's bloods] [are lost|did not reach the lab]
      the [specimen|sample] [was scanned|arrived] but the [order|request] is [unknown|missing]
      [blood units|red cells] cannot be [issued|booked out] [in the system|at the blood bank]
      [the|a] [swab|biopsy] cannot be [registered|requested]
      [add-on tests|a second test] for a [tube|sample] [cannot be ordered|is refused]
      `,
      `
      the culture of last week has no findings yet in the system
      we scanned the tube and the request is not there
      haemoglobin values stay empty
      red cells cannot be requested from the blood bank
      `,
      `
      the blood count we sent an hour ago shows no values
      samples from {place} arrive but the analyser does not know the barcode
      the result of the swab is not in the report
      a potassium value was filed with the sample of another patient
      the blood bank cannot see the blood group for a transfusion
      the glucose meter keeps its values and sends nothing to the lab
      nobody can request a PCR test any more
      `,
    ),
  },
  telephone: {
    things: lines(`
      the telephone
      my phone
      the desk phone
      the pager
      the DECT handset
      the cordless phone
      the nurse call
      the extension {number}
      the voicemail
      the hotline queue
    `),
    says: bySplit(
      `
      does not ring [any more|at all]
      has no [dial tone|tone|reception]
      [cannot|does not] [call|dial] [outside numbers|external numbers|mobiles]
      [drops|cuts off] calls [after a minute|in the corridor|all the time]
      [rings|is forwarded to] [the wrong|another] [room|desk|extension]
      shows "[no line|not registered|searching]"
      [crackles|hums|echoes] [so that I understand nothing|during calls]
      does not [beep|vibrate|receive alarms]
      [cannot be|is not] [reached|called] from [outside|other wards]
      [has|shows] the wrong [number|name] on the display
      does not [forward|transfer] calls
      [goes|jumps] [straight|directly] to voicemail
      does not hold its [charge|battery] on the [charging cradle|cradle]
      is [mute|silent], [callers hear nothing|I hear nobody]
      `,
      `
      rings once and then goes silent
      will not take a call from outside
      says that it is not registered
      `,
      `
      stays silent when somebody calls us
      hangs up in the middle of a conversation
      gives no tone when I pick up the receiver
      beeps for calls that are meant for another extension
      cannot dial a mobile number
      `,
    ),
    clauses: bySplit(
      `
      I [cannot|can't] [call|ring|phone] [anybody|outside|other departments]
      callers [hear nothing|cannot hear me|get the busy tone]
      [we|callers] [only get|hear only] [a busy tone|an engaged tone|silence]
      [calls|phone calls] [are cut off|break off|do not come through]
      the [on-call|crash team|duty] [pager|bleep] [does not get|receives no] [pages|calls]
      the call [forwarding|diversion] to {place} [must be|needs to be] [changed|switched off]
      the patient [bell|call button] in room {number} [does not sound|rings nowhere|cannot be cancelled]
      nobody [answers|can answer] because the [phone|line] is [dead|down]
      the [handset|receiver|headset of the phone] is [broken|silent]
      my [voicemail|answering machine] [cannot be|is not] [heard|listened to]
      the [telephone|phone] [number|extension] of {place} [is wrong|changed] in the [phone book|directory]
      the [dial|key] [9|0] on the phone [sticks|is dead]
      there is [echo|noise|crackling] on the line
      the [emergency|alarm] number [cannot be dialled|is engaged]
      [three|all] [cordless phones|handsets] on {place} lost their [registration|signal]
      [the switchboard|the operator] [cannot|can't] [put calls through|transfer calls]
      outgoing calls [show|display] the wrong number
      the waiting [music|queue] of the hotline [is off|cuts callers off]
      I [need|would like] my calls [diverted|forwarded] [to my mobile|while I am away]
      the [bleep|pager] [of the anaesthetist|of the porter] stays silent
      `,
      `
      people who phone us hear an engaged tone
      the bleep of the duty doctor does not go off
      our calls come through at the wrong desk
      the bell of room {number} keeps ringing
      `,
      `
      nobody can phone us, callers get silence
      a patient pressed the call button in room {number} and nothing sounded
      the duty team was paged but no bleep went off
      I pick up the receiver and the line is dead
      calls meant for {place} come through to us, please change the diversion
      the switchboard tries to transfer callers and they are cut off
      there is so much crackling on the line that I cannot follow the caller
      `,
    ),
  },
};
