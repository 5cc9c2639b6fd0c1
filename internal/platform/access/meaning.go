package access

// Class is a class of data, by the letters of the access matrix.
type Class string

// The classes.
const (
	ContactClass    Class = "A" // contact, decision and reason
	ReferralClass   Class = "B" // what a person agreed to have passed on
	StatusClass     Class = "C" // whether somebody takes part: handed over, intake done, open or closed
	CaseFileClass   Class = "D" // needs, notes, plan, goals
	HealthClass     Class = "E"
	RestrictedClass Class = "F" // domestic abuse, sex work, immigration, a safe address, safeguarding
	EqualityClass   Class = "G"
	VictimClass     Class = "H"
	StatisticsClass Class = "I" // suppressed
	ResearchClass   Class = "J" // pseudonymised extract
	AuditClass      Class = "K"
	ConfigClass     Class = "L" // accounts, code lists, the policy: no person's data
	KeyClass        Class = "M"

	SupervisionClass Class = "N" // what a supervisor and a worker talked about
)

// Classes lists the classes in the order of the matrix.
func Classes() []Class {
	return []Class{ContactClass, ReferralClass, StatusClass, CaseFileClass, HealthClass, RestrictedClass, EqualityClass,
		VictimClass, StatisticsClass, ResearchClass, AuditClass, ConfigClass, KeyClass, SupervisionClass}
}

// Words returns the class as people say it.
func (c Class) Words() string {
	return map[Class]string{
		ContactClass: "Contact, decision and reason", ReferralClass: "Referral: what was agreed to be passed on", StatusClass: "Whether somebody takes part",
		CaseFileClass: "Case file: needs, notes, plan", HealthClass: "Health", RestrictedClass: "Restricted: abuse, sex work, immigration, a safe address, safeguarding",
		EqualityClass: "Equality monitoring", VictimClass: "Victim", StatisticsClass: "Statistics, suppressed", ResearchClass: "Pseudonymised research extract",
		AuditClass: "Log of who did what", ConfigClass: "Accounts, policy and code lists", KeyClass: "Keys",
		SupervisionClass: "Supervision: what a supervisor and a worker talked about",
	}[c]
}

// Purpose is what somebody may use data for.
type Purpose string

// The purposes.
const (
	Diversion      Purpose = "diversion"      // decide at the point of contact, and account for it
	Support        Purpose = "support"        // walk with the person
	Sharing        Purpose = "sharing"        // pass on what the person agreed to
	Safeguarding   Purpose = "safeguarding"   // keep somebody safe, on a named legal basis
	Governance     Purpose = "governance"     // decide the policy together
	Evaluation     Purpose = "evaluation"     // find out whether it works
	Oversight      Purpose = "oversight"      // check who did what
	Administration Purpose = "administration" // run the system
	OwnRecord      Purpose = "own_record"     // the person's own rights
)

// Purposes lists every purpose.
func Purposes() []Purpose {
	return []Purpose{Diversion, Support, Sharing, Safeguarding, Governance, Evaluation, Oversight, Administration, OwnRecord}
}

// Words returns the purpose as people say it.
func (p Purpose) Words() string {
	return map[Purpose]string{
		Diversion: "Decide about diversion", Support: "Support the person", Sharing: "Share what they agreed to", Safeguarding: "Keep somebody safe",
		Governance: "Decide the policy", Evaluation: "Find out whether it works", Oversight: "Check who did what", Administration: "Run the system", OwnRecord: "Their own record",
	}[p]
}

// Meaning says which data an action touches, what for, and what it does in
// words.
type Meaning struct {
	Class   Class
	Purpose Purpose
	Words   string
}

// Meanings lists every action that can be asked for. An action that is not here
// cannot be named by a policy or a route: the program refuses to start.
func Meanings() map[Action]Meaning {
	return map[Action]Meaning{
		"contact.record":  {ContactClass, Diversion, "record a contact and its decision"},
		"contact.list":    {ContactClass, Diversion, "list one's own contacts"},
		"contact.team":    {ContactClass, Diversion, "list the team's contacts"},
		"decided.own":     {ContactClass, Diversion, "see together what one decided oneself"},
		"decided.talk":    {ContactClass, Diversion, "see together what one officer of the team decided, to talk about it"},
		"scrutiny.draw":   {StatisticsClass, Governance, "draw contacts by lot, without a person or an officer, for the panel that looks at decisions"},
		"scrutiny.read":   {StatisticsClass, Governance, "read a pack of contacts drawn by lot"},
		"contact.read":    {ContactClass, Diversion, "read a contact"},
		"contact.correct": {ContactClass, Diversion, "correct a decision"},
		"contact.call":    {ContactClass, Diversion, "note that the case manager was called"},

		"contact.record_for": {ContactClass, Diversion, "record in custody for the officer, and see the shift's hand-offs"},
		"referral.confirm":   {StatusClass, Diversion, "say yes or no to a referral by its reference"},
		"known.ask":          {StatusClass, Sharing, "hear whom to call for a card that somebody shows"},
		"known.card":         {StatusClass, Sharing, "make or stop a card that says whom to call"},
		"thanks.publish":     {StatisticsClass, Governance, "publish what came of it, for everybody together"},
		"thanks.read":        {StatisticsClass, Diversion, "read what came of it, for everybody together"},
		"training.own":       {ConfigClass, Administration, "see one's own training"},
		"training.team":      {ConfigClass, Administration, "keep the training of a team"},
		"contact.import":     {ContactClass, Diversion, "take in contacts that the force's record system holds"},

		"gap.find":         {ContactClass, Diversion, "hold an extract of arrests against the decisions recorded"},
		"gap.list":         {ContactClass, Diversion, "see for which arrests of the team no decision was recorded"},
		"outcome.list":     {ContactClass, Diversion, "see which diversions wait for their outcome"},
		"outcome.finalise": {ContactClass, Diversion, "finalise an outcome on its evidence, or open it again"},
		"outcome.export":   {ContactClass, Diversion, "take the list of outcomes away as a file"},

		"door.triage":   {ReferralClass, Support, "look at what came through the third door, and decide"},
		"door.expire":   {ReferralClass, Support, "let what came from anybody go when its time is over"},
		"door.register": {StatusClass, Governance, "see community referrals by reference, and what became of them"},
		"door.set":      {ConfigClass, Governance, "say which doors stand open to anybody"},
		"feedback.read": {ConfigClass, Governance, "read and answer what residents say about the scheme"},

		"complaint.scheme":      {StatusClass, OwnRecord, "deal with what somebody complained about or praised"},
		"complaint.independent": {StatusClass, OwnRecord, "deal with complaints from outside the scheme"},
		"complaint.register":    {StatusClass, Governance, "see that complaints came and when they were answered"},

		"referral.approve": {ReferralClass, Diversion, "approve a referral"},
		"referral.let_go":  {ReferralClass, Support, "let the words of a referral go that nobody took up"},
		"handoff.list":     {ReferralClass, Support, "list hand-offs that wait"},
		"handoff.read":     {ReferralClass, Support, "read a hand-off"},
		"handoff.accept":   {ReferralClass, Support, "accept a hand-off"},
		"handoff.log":      {ReferralClass, Support, "log what came of a hand-off"},
		"handoff.on_call":  {ConfigClass, Support, "see the rota, take the phone and hand it back"},
		"handoff.rota":     {ConfigClass, Support, "plan who is on call"},
		"handoff.tell":     {ConfigClass, Support, "tell whoever is on call that somebody waits"},
		"partner.keep":     {ConfigClass, Governance, "keep who takes part, whom to ask there and who has a seat"},
		"partner.read":     {ConfigClass, Governance, "see who takes part"},
		"partner.own":      {ConfigClass, Governance, "see one's own seats and one's own organisation as a partner"},
		"partner.withdraw": {ConfigClass, Governance, "record that a partner withdraws"},
		"agreement.keep":   {ConfigClass, Governance, "keep the agreements between partners"},
		"agreement.read":   {ConfigClass, Governance, "read the agreements between partners"},
		"case.take_up":     {StatusClass, Support, "pass the people of a team that has gone to another, when its organisation withdraws"},
		"figure.read":      {StatisticsClass, Governance, "read the state of the scheme in published numbers"},
		"figure.fair":      {StatisticsClass, Governance, "read by group and by team how far people come, in published numbers"},
		"figure.publish":   {StatisticsClass, Governance, "publish the state of the scheme, and enter what it costs"},
		"survey.read":      {StatisticsClass, Governance, "read what came of surveys that are over"},
		"survey.run":       {StatisticsClass, Governance, "open and close rounds of anonymous surveys"},
		"survey.expire":    {StatisticsClass, Governance, "close a survey whose last day is over"},
		"public.keep":      {ConfigClass, Governance, "say whether the public page is open, and what it says"},
		"course.own":       {ConfigClass, Administration, "see which courses one has done and which are due"},
		"course.keep":      {ConfigClass, Administration, "keep the courses, and who did which"},
		"pathway.read":     {ConfigClass, Governance, "read which other pathways than LEAD there are"},
		"pathway.keep":     {ConfigClass, Governance, "keep the list of other pathways than LEAD"},
		"partnership.home": {ConfigClass, Governance, "see the places of the partnership"},
		"national.read":    {StatisticsClass, Governance, "read whether our figures are shown beside those of other areas"},
		"national.decide":  {StatisticsClass, Governance, "record whether our figures are shown beside those of other areas"},
		"handoff.missed":   {ConfigClass, Governance, "see which calls nobody took up in time"},

		"case.break_glass":      {CaseFileClass, Safeguarding, "open a case in an emergency"},
		"case.caseload":         {StatusClass, Support, "list one's own caseload"},
		"case.people":           {StatusClass, Support, "find people by name"},
		"case.outreach":         {StatusClass, Support, "list people to find"},
		"case.board":            {StatusClass, Support, "see who has room"},
		"case.allocate":         {StatusClass, Support, "say who walks with somebody"},
		"case.close_on_request": {StatusClass, Support, "record that the person asked to close"},
		"case.end":              {StatusClass, Support, "record a death or a move"},
		"case.today":            {CaseFileClass, Support, "see what one promised and what is due today"},
		"case.today_team":       {CaseFileClass, Support, "see what the team promised and what is due today"},
		"case.cover":            {StatusClass, Support, "say who covers for somebody who is away"},
		"case.quality":          {CaseFileClass, Support, "see where a hand may help"},
		"case.private":          {RestrictedClass, Support, "read and write what somebody told in confidence"},
		"case.document":         {RestrictedClass, Support, "keep and open copies of somebody's papers"},
		"case.answers":          {HealthClass, Support, "offer a questionnaire and read what was answered"},
		"case.answers_own":      {HealthClass, Support, "read answers that only who walks with the person sees"},
		"case.read":             {CaseFileClass, Support, "read a case file"},
		"case.write":            {CaseFileClass, Support, "write in a case file"},
		"case.note":             {CaseFileClass, Support, "write and correct notes"},
		"case.acute":            {CaseFileClass, Support, "note and meet acute needs"},
		"merge.propose":         {CaseFileClass, Support, "say that two records are of one person"},
		"merge.confirm":         {CaseFileClass, Support, "agree that two records are of one person, or part them again"},
		"case.plan":             {CaseFileClass, Support, "write the plan with the person"},

		"safety.read":       {HealthClass, Support, "read a safety plan, and who has naloxone"},
		"safety.write":      {HealthClass, Support, "write a safety plan with the person, and note naloxone"},
		"safety.alert":      {HealthClass, Support, "warn the care team, and see what it was warned of"},
		"safety.concern":    {RestrictedClass, Safeguarding, "record a safeguarding concern and take it further"},
		"incident.record":   {RestrictedClass, Support, "record what happened, and read it"},
		"incident.review":   {RestrictedClass, Support, "look back on what happened: what is learnt, who does what"},
		"supervision.read":  {SupervisionClass, Support, "read what one and one's supervisor talked about"},
		"supervision.write": {SupervisionClass, Support, "write down what one and a worker talked about"},

		"away.take":     {CaseFileClass, Support, "take people along for some hours, on one's own phone or on paper"},
		"away.team":     {StatusClass, Support, "see who of the team took whom along, and end it"},
		"away.register": {AuditClass, Oversight, "see who took whom along, and until when"},

		"own.read":         {CaseFileClass, OwnRecord, "read one's own plan, who may know it and who looked"},
		"own.safety":       {HealthClass, OwnRecord, "read one's own safety plan"},
		"own.close":        {StatusClass, OwnRecord, "pause, close or take up one's own support"},
		"portal.give_code": {StatusClass, Support, "give the person a code for their own page"},
		"consent.read":     {StatusClass, Sharing, "see what a person lets others know"},
		"consent.record":   {StatusClass, Sharing, "record that a person lets somebody know something"},
		"consent.stop":     {StatusClass, Sharing, "stop sharing because the person said so"},
		"own.consents":     {StatusClass, OwnRecord, "see who may know what about oneself"},
		"own.stop_sharing": {StatusClass, OwnRecord, "stop sharing something about oneself"},
		"own.ask":          {StatusClass, OwnRecord, "ask for something about one's own record"},
		"own.asked":        {StatusClass, OwnRecord, "see what one asked for"},
		"rights.record":    {StatusClass, OwnRecord, "record what somebody asked for"},
		"rights.list":      {StatusClass, OwnRecord, "list what people asked for about their record"},
		"rights.read":      {StatusClass, OwnRecord, "read what somebody asked for, in their words"},
		"rights.answer":    {StatusClass, OwnRecord, "answer what somebody asked for"},

		"keeping.list":    {StatusClass, Oversight, "see which files are due, sealed or held"},
		"keeping.propose": {StatusClass, Oversight, "propose to seal, open or erase a file, and hold one"},
		"keeping.confirm": {StatusClass, Support, "confirm what becomes of a file"},
		"record.forget":   {AuditClass, OwnRecord, "take somebody whose file is erased out of the log"},
		"keeping.return":  {StatusClass, Support, "open the sealed file of somebody who came back"},

		"audit.person":    {AuditClass, Oversight, "see who saw a person"},
		"audit.account":   {AuditClass, Oversight, "see what an account did"},
		"audit.crossings": {AuditClass, Oversight, "see everything that crossed"},
		"audit.export":    {AuditClass, Oversight, "take entries of the log away as a file"},
		"oversight.home":  {AuditClass, Oversight, "see what waits for the data-protection officer"},
		"legal.keep":      {AuditClass, Oversight, "keep the register of legal requests"},
		"breach.keep":     {AuditClass, Oversight, "keep the register of breaches"},
		"glass.review":    {AuditClass, Oversight, "review who broke the glass"},
		"processing.read": {ConfigClass, Oversight, "read the record of processing"},

		"access.explain":      {AuditClass, Oversight, "explain a decision about access"},
		"disclosure.prepare":  {CaseFileClass, Sharing, "write words for somebody outside the case team"},
		"disclosure.send":     {CaseFileClass, Sharing, "send words that the person said yes to, or on a legal basis"},
		"disclosure.send_due": {CaseFileClass, Sharing, "send words whose time has come"},
		"disclosure.confirm":  {CaseFileClass, Safeguarding, "agree, as a second person, to what goes on a legal basis"},
		"disclosure.cancel":   {CaseFileClass, Sharing, "take off words that were not sent yet"},
		"disclosure.tell":     {CaseFileClass, Safeguarding, "record that the person was told what was shared without their yes"},
		"disclosure.link":     {CaseFileClass, Sharing, "make an address that opens once"},
		"disclosure.history":  {CaseFileClass, Sharing, "see what was shared about a person"},
		"disclosure.tasks":    {StatusClass, Safeguarding, "list what on a legal basis waits for somebody"},
		"disclosure.received": {StatusClass, Sharing, "list what was shared with one's organisation"},
		"disclosure.read":     {CaseFileClass, Sharing, "read what was shared with one's organisation"},

		"legal.letter":  {StatusClass, Sharing, "write and print a letter that says only what the person agreed to"},
		"matter.share":  {StatusClass, Sharing, "let a prosecutor know which matter is theirs, on their yes"},
		"matter.read":   {StatusClass, Sharing, "see the matters that people wanted one's office to know of"},
		"matter.decide": {StatusClass, Sharing, "record what one decided about a matter, at one's own discretion"},
		"calendar.own":  {CaseFileClass, Support, "see what is coming up, and keep the address of one's own calendar"},
		"calendar.feed": {CaseFileClass, Support, "read one's own hours elsewhere, without a name"},
		"reminder.send": {CaseFileClass, Support, "send a reminder that the person asked for"},

		"audit.search":   {AuditClass, Oversight, "search who did what"},
		"account.own":    {ConfigClass, Administration, "see one's own account"},
		"account.manage": {ConfigClass, Administration, "open and stop accounts"},

		"identity.settings":    {ConfigClass, Administration, "say which ways of signing in are allowed"},
		"identity.second":      {ConfigClass, Administration, "be the second of two people who change an account"},
		"identity.revoke_team": {ConfigClass, Administration, "sign a colleague of one's team out everywhere"},

		"instrument.manage": {ConfigClass, Administration, "say which questionnaires the site may use"},
		"codelist.manage":   {ConfigClass, Administration, "keep code lists"},
		"fund.read":         {StatusClass, Support, "see what the team's flexible fund has, and what waits"},
		"fund.ask":          {CaseFileClass, Support, "ask the flexible fund for somebody, pay it out, or give it back"},
		"fund.approve":      {CaseFileClass, Support, "be the second person who says yes to a request"},
		"fund.keep":         {ConfigClass, Support, "put money into the team's flexible fund, and take its account away as a file"},
		"service.read":      {ConfigClass, Support, "search the directory of services"},
		"service.verify":    {ConfigClass, Support, "say that an entry of the directory is right today"},
		"service.report":    {StatisticsClass, Governance, "see by which doors people came to services, and what is missing"},
		"service.keep":      {ConfigClass, Support, "add and change entries of the directory"},
		"meeting.list":      {ConfigClass, Governance, "see the partnership's meetings and one's own actions"},
		"meeting.read":      {ConfigClass, Governance, "read the agenda and minutes of a body that one sits on"},
		"meeting.minute":    {ConfigClass, Governance, "write down what a meeting decided"},
		"meeting.keep":      {ConfigClass, Governance, "call meetings, and keep who was there"},
		"meeting.item":      {ReferralClass, Sharing, "hear at a meeting what somebody agreed one's organisation may hear"},
		"meeting.propose":   {CaseFileClass, Sharing, "bring somebody to a meeting, in the words they agreed to"},
		"proposal.make":     {ConfigClass, Governance, "propose a change, and see what became of it"},
		"proposal.answer":   {ConfigClass, Governance, "answer what people propose"},
		"involvement.read":  {ConfigClass, Governance, "see whose voices there are, and what came of them"},
		"involvement.keep":  {ConfigClass, Governance, "write down what people of lived experience did"},
		"payment.ask":       {ConfigClass, Governance, "ask that somebody be paid for their time and costs"},
		"payment.approve":   {ConfigClass, Governance, "say yes, as a second person, to a payment"},
		"payment.pay":       {ConfigClass, Governance, "record that somebody was paid"},
		"policy.read":       {ConfigClass, Governance, "read the policy"},
		"policy.record":     {ConfigClass, Governance, "record what the partnership decided"},

		"deliberation.read":          {ConfigClass, Governance, "read drafts of the policy, what is said of them and what was decided"},
		"deliberation.draft":         {ConfigClass, Governance, "draft the next version of the policy, put it to everybody and answer"},
		"deliberation.comment":       {ConfigClass, Governance, "say what one thinks of a draft, for one's organisation"},
		"deliberation.decide":        {ConfigClass, Governance, "write down what a body of the partnership decided"},
		"deliberation.second":        {ConfigClass, Governance, "confirm that this is what was decided"},
		"judged.publish":             {StatisticsClass, Governance, "publish what the policy judged, counted in tens"},
		"handoff.order":              {ReferralClass, Support, "see in which order hand-offs wait, and move one for a reason"},
		"handoff.order_by_reference": {ConfigClass, Governance, "see by reference in which order hand-offs wait, and move one for a reason"},
		"start.read":                 {ConfigClass, Governance, "see how the area begins, and what is still open"},
		"start.keep":                 {ConfigClass, Governance, "answer what an area that begins is asked, and vouch for what was done"},
		"start.launch":               {ConfigClass, Governance, "record that the area begins"},
		"fidelity.read":              {StatisticsClass, Governance, "see how near the area is to the model"},
		"fidelity.assess":            {StatisticsClass, Governance, "look with the group how near the area is to the model, and keep what is to be done"},
		"evidence.import":            {ResearchClass, Evaluation, "take in rows about pseudonyms"},
		"evidence.read":              {ResearchClass, Evaluation, "see what was taken in about pseudonyms, in numbers, and study an extract in memory"},
		"evidence.freeze":            {ResearchClass, Evaluation, "freeze an extract for an evaluation"},
		"evidence.extract":           {ResearchClass, Evaluation, "take a pseudonymised extract away, for a purpose and until a day"},
		"report.make":                {ResearchClass, Evaluation, "write and freeze the plan of an evaluation, have its report made, and release it"},
		"report.work":                {ResearchClass, Evaluation, "work a report out that was asked for"},
		"report.read":                {StatisticsClass, Governance, "read the reports of evaluations that were released"},
		"study.contacts":             {ContactClass, Evaluation, "take contacts and decisions away for a study, for the holder of the key"},
		"study.support":              {CaseFileClass, Evaluation, "take dates of support away for a study, of those who said yes, for the holder of the key"},
		"fidelity.visit":             {StatisticsClass, Governance, "say, as an invited visitor, how near the area is to the model"},
	}
}
