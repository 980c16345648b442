import type { SentenceWording } from './sentences.ts';
import { bySplit, lines } from './wording.ts';

export const englishSentences: SentenceWording = {
  frames: bySplit(
    `
    {problem}.
    {problem}.
    {problem}.
    {problem}!
    {problem}
    [since|ever since] {time} {problem}.
    in {place} {problem}.
    {place}: {problem}.
    we [noticed|have noticed|see] that {problem}.
    [it seems|it looks like|apparently] {problem}.
    [my problem|the problem|the issue] is: {problem}.
    [just to let you know|for your information], {problem}.
    [again|once more] {problem}.
    [a colleague|{person}] [told me|reports] that {problem}.
    I am writing because {problem}.
    [could you|can you|would you] [have a look|help], {problem}?
    {problem}. It happens in {place}.
    {problem}, what [can|should] I do?
    ticket from {place} - {problem}.
    {problem}. I have [already restarted|tried it twice|asked a colleague].
    [I work|I am] in {place} and {problem}.
    [hopefully|maybe] you can help: {problem}.
    {problem} (since {time}).
    [unfortunately|sadly] {problem}.
    {problem}. My extension is {number}.
    starting from {time} {problem}.
    [after|since about] {time} {problem}.
    [a question|one question] from {place}: {problem}.
    [the trouble|trouble]: {problem}.
    [concerning|about|regarding] {place}: {problem}.
    {problem}, before {time} [everything|all] was fine.
    [we must tell you|let me tell you|please note] that {problem}.
    [there is a fault|something is wrong], {problem}.
    {person} [here|in {place}] [says|writes] that {problem}.
    {problem}, [did you know|do you know about it]?
    I [want|wish] to [report|tell you about] this: {problem}.
    [beginning|starting] {time}, {problem}.
    {problem}. Room {number}.
    `,
    `
    I have a question for you: {problem}.
    the trouble is in {place}, {problem}.
    {problem}, and it was fine before {time}.
    beginning with {time}, {problem}.
    `,
    `
    I would like to report that {problem}.
    from {place} we report: {problem}.
    {problem}; it began {time}.
    is it known that {problem}?
    somebody here says {problem}.
    sorry to bother you, but {problem}.
    {problem}. You find me in room {number}.
    `,
  ),
  greetings: bySplit(
    `
    hello,
    hi,
    hi there,
    good morning,
    good afternoon,
    dear [colleagues|team|IT|help desk],
    hello [IT|team|everyone],
    hi [IT|help desk],
    to whom it may concern,
    hey,
    `,
    `
    good day,
    dear support,
    `,
    `
    good evening,
    greetings,
    hello support,
    `,
  ),
  closings: bySplit(
    `
    thanks
    thank you
    thanks a lot
    many thanks
    [kind|best] regards
    [thanks|thank you] [in advance|for your help]
    [cheers|best wishes]
    thx
    please [advise|get in touch]
    regards, {place}
    `,
    `
    thank you very much
    with best regards
    `,
    `
    thanks for looking into it
    warm regards
    I look forward to your answer
    `,
  ),
  cues: {
    low: bySplit(
      `
      [there is no|no] [hurry|rush|urgency]
      [it is not|this is not|not] [urgent|pressing|important right now]
      [whenever|when] you [have time|find time|get round to it]
      [next week|any time this month|some time next month] is [fine|early enough|soon enough]
      [it can|this can|that can] wait [until next week|a few days|for a while]
      [just|only] a [question|small thing|wish] for [some time|later]
      it is [only|just] a [small annoyance|cosmetic matter|minor thing]
      [I have|we have] a [good workaround|spare one] and [can wait|am in no hurry]
      low priority [from my side|please|for us]
      when you [next come by|are on the ward anyway|pass by]
      [please|kindly] put it at the end of [your list|the queue]
      [take your time|no need to hurry|at your leisure]
      we only need it in [two months|some weeks|spring]
      it does not [disturb|hinder] [me|us] [at all|much]
      `,
      `
      there is plenty of time
      it is only a little annoying, so next month will do
      any time that suits you is soon enough
      `,
      `
      do not hurry, next month is early enough
      this is a minor wish that can wait for weeks
      please look at it when you find the time, it is not pressing
      a small matter, put it at the very end of the list
      we have a spare one, so there is no rush at all
      `,
    ),
    normal: bySplit(
      `
      [I can|I could] [use|work on] [another|a second] PC [for today|for now|until then]
      please [look at|check] it [in the next days|this week|tomorrow]
      [tomorrow|in the next days|this week] would be [good|fine|great]
      [it concerns|this concerns|it affects] [only me|just me|one person]
      [only I am|just I am|one user is] [affected|concerned]
      I can [do other work|work around it] [today|until tomorrow]
      it would be good to have it [fixed|solved] [this week|by Friday|in a few days]
      [please|kindly] [call me back|write to me] [tomorrow|this week]
      it slows [me|my work] down [a bit|somewhat]
      normal priority [please|from my side]
      `,
      `
      one of us is affected, others can work
      sometime this week, please
      I manage with another device until tomorrow
      `,
      `
      it is only me who is affected
      by the end of the week would be good
      I can go on with other work until tomorrow
      please have a look in the coming days
      the others can still work normally
      `,
    ),
    high: bySplit(
      `
      [the whole|our whole|our entire] [ward|team|department|office] [cannot work|is affected|has stopped working]
      [several|many|five|ten] [colleagues|of us|people|users] [are affected|cannot work|have the same problem]
      [patients|visitors|people] are [waiting|queueing] [at the desk|in the corridor|for their papers]
      [I need|we need|it is needed] [it|help] [today|within the hour|before noon|by {hour} today]
      [the|our] [clinic|outpatient clinic|ward round|consultation] [starts|begins] at {hour} and [we need it|it must work] 
      [this is urgent|urgent|it is urgent], please [call|come] [today|soon]
      [please|kindly] [come|help] as soon as possible
      we [fall behind|are far behind] with [admissions|discharges|the clinic]
      I [cannot work|am unable to work] at all [and the deadline is today|and must finish today]
      [nobody|no one] [on the ward|in the team|in our office] can work
      high priority [please|for us]
      the deadline is [today|tonight|in two hours]
      we need a solution [today|this morning|before the round]
      [all|half of] the [desks|workplaces] are [affected|standing still]
      asap please, [we are stuck|the queue is growing]
      `,
      `
      the queue at the desk grows and we must have it today
      all of us on the ward are affected
      please hurry, the clinic opens at {hour}
      `,
      `
      nobody in the department can work and patients are waiting
      it has to work before the clinic begins at {hour}
      many colleagues have this and we are falling behind
      please help within the hour, it is urgent
      our whole office stands still and the deadline is tonight
      `,
    ),
    critical: bySplit(
      `
      [a patient|patients] [is|are] in danger [because of this|right now]
      [the operation|surgery|an emergency operation] [cannot start|had to be stopped|is on hold] 
      [patient safety|a life] is at [risk|stake]
      [the emergency department|the ICU|intensive care|the operating theatre] [stands still|is at a standstill|cannot treat patients]
      [a critical|an unstable|a resuscitation] patient [depends on it|needs this now|is waiting]
      [we cannot|nobody can] [give|prepare] [medication|blood|the transfusion] [now|to patients]
      [the whole|the entire] hospital is [down|affected|at a standstill]
      [emergency|this is an emergency], [come at once|help immediately|call immediately]
      [ambulances|emergency patients] [have to be turned away|cannot be admitted]
      life-threatening [situation|for a patient], [immediately|act now] please
      [all|both] [operating theatres|intensive care beds] are [affected|blocked]
      treatment [of emergency patients|in resus] is [blocked|impossible]
      [trauma|stroke|cardiac arrest] patient [on the table|in resus], we need it this minute
      [critical|highest priority], [patients cannot be treated|a patient may be harmed]
      [we had to stop|we are stopping] [treatment|operations] 
      `,
      `
      the patient on the operating table is at risk
      no emergency patient can be treated at the moment
      every ward of the hospital is down
      `,
      `
      a patient in intensive care may be harmed, come at once
      we had to stop the operation because of it
      the entire hospital cannot treat emergency patients
      blood cannot be given to an unstable patient
      this puts a life in danger, act immediately
      `,
    ),
  },
  places: lines(`
    ward 2A
    ward 3B
    ward 5
    ward 7C
    the emergency department
    the ICU
    radiology
    the laboratory
    outpatient clinic 2
    the eye clinic
    the pharmacy
    theatre 4
    the front desk
    maternity
    dialysis
    physiotherapy
    admissions
    the day clinic
    paediatrics
    cardiology
    the staff room
    the nurses' station
    oncology
    the delivery room
    room {number}
  `),
  persons: lines(`
    a nurse
    our secretary
    the consultant
    a student
    the night nurse
    a junior doctor
    the ward manager
    a locum
    our therapist
    the receptionist
  `),
  times: lines(`
    this morning
    yesterday
    Monday
    last night
    the update
    the weekend
    8 o'clock
    noon
    the power cut
    last week
  `),
  replies: {
    openings: {
      low: ['Thank you, we have noted this and will', 'There is time, so in the coming weeks we will', 'We have put this on our list and will'],
      normal: ['Thank you, in the next days we will', 'We have received this and will soon', 'One of us will be in touch and will'],
      high: ['We are dealing with this today and will', 'This comes first today: we will', 'Within the hour we will'],
      critical: ['We are on our way and will immediately', 'The on-call team is alerted and will at once', 'We are acting now and will immediately'],
    },
    actions: {
      'sign-in': ['check {thing}{where} and help you sign in again', 'unlock or reset what stops you from signing in{where}'],
      'e-mail': ['check {thing}{where} and get your messages moving', 'look into the mail problem{where}'],
      printer: ['check {thing}{where} and get it printing', 'look at the printing problem{where}'],
      network: ['check {thing}{where} and restore the connection', 'look into the connection{where}'],
      records: ['check {thing}{where} with the records team', 'look into the patient records{where} and correct them'],
      imaging: ['check {thing}{where} with the imaging team', 'find out why the images{where} are not right'],
      laboratory: ['check {thing}{where} with the laboratory team', 'look into the orders and results{where}'],
      telephone: ['check {thing}{where} and get your calls through', 'look into the telephone problem{where}'],
      hardware: ['check {thing}{where} and replace it if needed', 'bring a spare device{where} and look at the fault'],
      software: ['check {thing}{where} and repair or update it', 'look into the program and its licence{where}'],
      security: ['have the security team examine this{where}; please click nothing and leave the device on', 'secure what is affected{where}; please do not enter any password'],
      request: ['check the request{where} and arrange it after approval', 'prepare what you asked for{where} once it is approved'],
    },
  },
};
