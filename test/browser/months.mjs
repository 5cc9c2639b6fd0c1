// One person's months, in browsers: handed over at night, fed and under a roof
// before any form, intake over three visits, a plan in their own words, a service,
// a payment, a day in court, forty quiet days, found again, quiet again, closed
// because they asked, and back.
//
//   node months.mjs SITE CLOCK       CLOCK?hours=N moves the site's clock
import assert from "node:assert/strict";
import { body, launch, signIn } from "./waymark.mjs";
import { shooter } from "./shoot.mjs";

const [site, clock] = process.argv.slice(2);
const browser = await launch();
const shoot = shooter(process.env.WAYMARK_SCREENS);
const choose = (page, text) => page.locator("label").filter({ hasText: text }).first().click();
const among = (page, legend, text) => page.locator("fieldset", { hasText: legend }).last().locator("label").filter({ hasText: text }).first().click();
const press = (page, name) => page.getByRole("button", { name }).first().click();
const name = "Wren";
let today = new Date();
const day = (days) => new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10);

// later moves the clock, and signs everybody in again where their session ended.
async function later(hours) {
  today = new Date(await (await fetch(`${clock}/?hours=${hours}`)).text());
}
const as = async (who) => {
  const page = await signIn(browser, site, who);
  page.setDefaultTimeout(20_000);
  return page;
};

async function told(step, work) {
  const begun = Date.now();
  await work();
  console.log(`${step} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
}

let worker, person;
try {
  await told("handed over at night", async () => {
    const officer = await as("officer");
    await officer.goto(`${site}/police/decide`);
    await choose(officer, "They said yes to talking");
    await choose(officer, "Shoplifting");
    await choose(officer, "Needs I could see");
    await officer.locator("fieldset", { hasText: "Your best guess" }).getByText("26 to 35").click();
    await officer.locator("fieldset", { hasText: "Not Known / Not Recorded" }).getByText("Female").click();
    await choose(officer, "They said no to the question");
    await choose(officer, "I told them they can say no");
    await choose(officer, "Here, now");
    await choose(officer, "Yes, they are fine with that");
    await officer.getByLabel("What do they like to be called?").fill(name);
    await press(officer, "Save");
    await officer.getByText(/Your reference is LD-[A-Z0-9]{6}/).waitFor();
    await officer.context().close();
    worker = await as("manager");
    await worker.goto(`${site}/care/hand-offs`);
    await worker.getByRole("link", { name, exact: true }).click();
    await press(worker, "I will come");
    for (const what of ["Arrived", "Met"]) {
      await among(worker, "What happened?", what);
      await press(worker, "Save");
    }
    await worker.getByRole("link", { name: `Open ${name}'s page` }).click();
    person = worker.url();
  });

  await told("food and a room before any form", async () => {
    for (const [what, how] of [["Food", "Soup and bread at the night kitchen"], ["Somewhere tonight", "A room at the night shelter"]]) {
      await worker.goto(`${person}/acute`);
      await choose(worker, what);
      await choose(worker, "Yes, it is met");
      await worker.getByLabel("How", { exact: true }).fill(how);
      await press(worker, "Save");
    }
    const seen = await body(worker);
    assert.match(seen, /Soup and bread/);
    assert.match(seen, /A room at the night shelter/);
    assert.match(seen, /First check\s*Not yet/);
    assert.match(seen, /Intake\s*By /);
    await shoot(worker, "story-1-food-and-a-room");
  });

  await told("intake over three visits", async () => {
    await later(30);
    worker = await as("manager");
    await worker.goto(`${person}/first-check`);
    for (const q of ["Somewhere safe tonight?", "Eaten today?", "A phone that works?"]) await worker.locator("fieldset", { hasText: q }).getByText("Yes").click();
    await press(worker, "Save");
    await worker.goto(`${person}/intake`);
    await worker.getByLabel("What matters to them").fill("A door that locks");
    await press(worker, "Save and come back");
    assert.match(await body(worker), /Intake\s*By /, "one visit is not an intake");
    await later(72);
    worker = await as("manager");
    await worker.goto(`${person}/intake`);
    assert.equal(await worker.getByLabel("What matters to them").inputValue(), "A door that locks");
    await worker.getByLabel("What matters to them").fill("A door that locks. My dog, Biscuit.");
    await press(worker, "Save and come back");
    await later(96);
    worker = await as("manager");
    await worker.goto(`${person}/intake`);
    assert.match(await worker.getByLabel("What matters to them").inputValue(), /Biscuit/);
    await choose(worker, "Yes, they said so");
    await worker.getByLabel("Who else heard it?").fill("A volunteer");
    await shoot(worker, "story-2-intake");
    await press(worker, "Intake is done");
    assert.match(await body(worker), /Active/);
  });

  await told("a plan in their own words", async () => {
    await worker.goto(`${person}/needs/talk`);
    await worker.locator("summary", { hasText: "Housing" }).click();
    await worker.locator("[name=level_housing][value=hard]").first().check();
    await press(worker, "Save");
    await worker.goto(`${person}/plan`);
    await worker.getByRole("link", { name: "Start a plan" }).click();
    await worker.getByLabel("What matters to me").fill("A door that locks, and Biscuit behind it with me");
    await worker.locator("#goal_1").fill("A place that takes dogs");
    await worker.locator("#step_1_1").fill("Look at two rooms together");
    await worker.locator("#who_1_1").fill("me and my worker");
    await press(worker, "Save the draft");
    await worker.getByRole("link", { name: `${name} agrees` }).click();
    await choose(worker, "They said so");
    await press(worker, `${name} agrees`);
    assert.match(await body(worker), /Plan agreed/);
    await worker.goto(`${person}/plan`);
    assert.match(await body(worker), /Biscuit behind it with me/);
    await shoot(worker, "story-3-plan");
  });

  await told("together to a service of the directory", async () => {
    await worker.goto(`${site}/services?for=${person.split("/").pop()}`);
    await worker.locator("main .rows a").first().click();
    await shoot(worker, "story-4-service");
    await worker.getByRole("link", { name: "Refer there together" }).click();
    if (!(await worker.locator("[name=domain]").inputValue())) await worker.locator("[name=domain]").selectOption({ index: 1 });
    await among(worker, "How does it reach them?", "On paper, which they take along");
    await among(worker, "By which door?", "The same door as anybody");
    await among(worker, "Is there a waiting list?", "No waiting list");
    await worker.getByLabel("Something in").fill("I come with my dog.");
    await press(worker, "See it as they will");
    assert.match(await body(worker), /I come with my dog/);
    await shoot(worker, "story-5-the-exact-words");
    await press(worker, "Keep this");
    for (const step of ["I go along, or went", "Got there"]) {
      await choose(worker, step);
      await press(worker, "Keep this step");
    }
    assert.match(await body(worker), /Got there/);
  });

  await told("a payment, asked by one and approved by another", async () => {
    await worker.goto(`${person}/fund`);
    await among(worker, "What for?", "Somewhere tonight, or a deposit");
    await worker.getByLabel("How much, in pounds").fill("40");
    await worker.getByRole("button").filter({ hasText: /Ask/ }).first().click();
    const request = worker.url();
    assert.match(await body(worker), /Somebody else who may see this case says yes/);
    const supervisor = await as("supervisor");
    await supervisor.goto(request);
    await press(supervisor, "Yes: promise it");
    await supervisor.context().close();
    await worker.goto(request);
    await worker.locator("[name=way]").first().check();
    await press(worker, "It is paid");
    assert.match(await body(worker), /Paid/);
    await shoot(worker, "story-6-paid");
  });

  await told("a day in court, and who goes along", async () => {
    await worker.goto(`${person}/legal/new`);
    await among(worker, "What is it?", "Court hearing");
    await worker.getByLabel("Court or other body").fill("Northmoor Magistrates' Court");
    await worker.getByLabel("The next date").fill(day(9));
    await worker.getByLabel("What time").fill("10:00");
    await worker.locator("[name=source][value=person]").check();
    await worker.locator("[name=standing][value=ahead]").check();
    await worker.getByText("I go with them on that day").click();
    await worker.locator("main form button.go").click();
    assert.doesNotMatch(await worker.title(), /^Error/, await body(worker));
    await worker.goto(`${person}/legal`);
    assert.match(await body(worker), /Court hearing/);
    await shoot(worker, "story-7-court");
    await later(24 * 9);
    worker = await as("manager");
    await worker.goto(`${site}/care/today`);
    assert.match(await body(worker), new RegExp(name));
    await shoot(worker, "story-8-today");
    await worker.goto(`${person}/contact`);
    await choose(worker, "In person");
    await worker.getByLabel("How it went").fill("Sat with her in court. It was put off.");
    await press(worker, "Save");
  });

  await told("quiet for forty days: looked for, and nothing else", async () => {
    await later(24 * 20);
    worker = await as("manager");
    await worker.goto(`${person}/outreach`);
    await among(worker, "What came of it?", "Looked, not found yet");
    await worker.getByLabel("Where", { exact: true }).fill("The arches");
    await press(worker, "Save");
    await later(24 * 20);
    worker = await as("manager");
    await worker.goto(`${site}/care/today`);
    const seen = await body(worker);
    assert.match(seen, /Quiet/);
    assert.match(seen, new RegExp(name));
    await worker.goto(person);
    assert.match(await body(worker), /Active/, "nobody is closed or relabelled by the calendar");
    await shoot(worker, "story-9-quiet");
  });

  await told("found again, and quiet by a person's word, not the calendar's", async () => {
    await worker.goto(`${person}/outreach`);
    await among(worker, "What came of it?", "Met");
    await worker.getByLabel("Where", { exact: true }).fill("The library steps");
    await press(worker, "Save");
    assert.match(await body(worker), /The library steps/);
    await worker.goto(`${person}/label`);
    await among(worker, "How are things just now?", "Quiet");
    await press(worker, "Save");
    assert.match(await body(worker), /Quiet|Inactive/);
  });

  await told("closed because she asked, and back in one step", async () => {
    await later(24 * 30);
    worker = await as("manager");
    await worker.goto(`${person}/asks-to-close`);
    await choose(worker, "In person");
    await worker.getByLabel("What they said").fill("I have my door. I know where you are.");
    await press(worker, /Close, as/);
    assert.match(await body(worker), /Closed because/);
    await shoot(worker, "story-10-closed");
    await later(24 * 60);
    worker = await as("manager");
    await worker.goto(person);
    await press(worker, `${name} came back`);
    assert.match(await body(worker), /Active/);
    await shoot(worker, "story-11-back");
    assert.match(await body(worker), /The library steps/, "what was there is there");
    await worker.getByRole("link", { name: "Show more" }).click();
    assert.match(await body(worker), /Soup and bread/, "back to the first night");
  });
} finally {
  await browser.close();
}
