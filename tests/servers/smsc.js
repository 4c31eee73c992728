// An SMSC (SMPP 3.4) on npm's smpp, for tests. What it took stands in its journal before it answers; a receipt is told again until it
// is taken, also after a kill -9. Orders come as JSON by HTTP. Usage: node smsc.js PORT ORDERS_PORT PASSWORD JOURNAL
const fs = require('fs');
const http = require('http');
const smpp = require('smpp');

const [port, ordersPort, password, journalPath] = process.argv.slice(2);
const journal = fs.openSync(journalPath, 'a');
const note = (fact) => fs.writeSync(journal, JSON.stringify(fact) + '\n');
const all = fs.readFileSync(journalPath, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const facts = all.slice(all.findLastIndex((fact) => fact.forgotten) + 1);

// What is ordered: the next `throttle` submits are put off; the next `refuse` get `status`; after `cut` more the connection goes
// before the answer (`taken` says whether the submit still counts); a `deaf` one answers nothing; while `hold` receipts wait. `drop` and
// `unbind` end all connections, without a word and with one; `forget` begins anew.
const quiet = { throttle: 0, refuse: 0, status: 0, cut: 0, taken: false, deaf: false, hold: false };
// How it is, also after a restart: `stat` is what receipts say ('' tells none), `form` how ('text' or 'tlv'); `echo` gives our own
// reference back; `twice` tells each twice; `slow` answers so many ms late, and a `hasty` one tells receipts before.
const natural = { stat: 'DELIVRD', form: 'text', echo: true, twice: false, slow: 0, hasty: false };
const orders = { ...quiet, ...natural, ...facts.filter((fact) => fact.nature).pop()?.nature };
const counts = { enquiries: 0, acknowledged: 0 };
const sessions = new Set();
const run = all.filter((fact) => fact.started).length;
let number = 0;

const told = new Set(facts.filter((fact) => fact.told).map((fact) => fact.told));
const untold = facts.filter((fact) => fact.took && fact.receipt && !told.has(fact.took));
note({ started: run + 1 });

function take(pdu) {
  const message = pdu.short_message || {};
  const udh = message.udh && message.udh[0];
  const id = `${run}-${(++number).toString(16)}`;
  const fact = { took: id, at: Date.now(), to: pdu.destination_addr, from: pdu.source_addr, text: String(message.message), coding: pdu.data_coding, priority: pdu.priority_flag, receipt: pdu.registered_delivery & 3, ours: pdu.user_message_reference };
  if (udh) [fact.whole, fact.of, fact.part] = [udh[2], udh[3], udh[4]];
  note(fact);
  return fact;
}

function submit(session, pdu) {
  const answer = (more) => setTimeout(() => session.send(pdu.response(more)), orders.slow);
  const wait = (fact) => { if (fact.receipt) untold.push(fact); };
  if (orders.deaf) return;
  if (orders.cut > 0 && --orders.cut === 0) {
    if (orders.taken) wait(take(pdu));
    session.destroy();
  } else if (orders.throttle > 0) {
    orders.throttle--;
    answer({ command_status: smpp.ESME_RTHROTTLED });
  } else if (orders.refuse > 0) {
    orders.refuse--;
    answer({ command_status: orders.status });
  } else {
    const fact = take(pdu);
    answer({ message_id: fact.took });
    if (orders.hasty) wait(fact); else setTimeout(() => wait(fact), orders.slow);
  }
}

const stamp = () => new Date(Date.now() + 8 * 3600e3).toISOString().replace(/[-:T]/g, '').slice(2, 12);

function receipt(fact) {
  const pdu = { source_addr: fact.to, destination_addr: fact.from, esm_class: 4 };
  if (orders.echo && fact.ours !== undefined) pdu.user_message_reference = fact.ours;
  const states = { DELIVRD: 2, EXPIRED: 3, UNDELIV: 5, ACCEPTD: 6 };
  if (orders.form === 'tlv') return { ...pdu, receipted_message_id: fact.took, message_state: states[orders.stat], short_message: 'done' };
  const dates = `submit date:${stamp()} done date:${stamp()}`;
  return { ...pdu, short_message: `id:${fact.took} sub:001 dlvrd:001 ${dates} stat:${orders.stat} err:000 text:${fact.to.slice(0, 20)}` };
}

function tell() {
  const bound = [...sessions].filter((session) => session.bound && !session.waiting);
  while (!orders.hold && !orders.deaf && orders.stat && bound.length && untold.length) {
    const session = bound.shift();
    // 2 asks for failures alone.
    const batch = untold.splice(0, 64).filter((fact) => fact.receipt === 1 || orders.stat !== 'DELIVRD');
    session.waiting = batch.length;
    for (const fact of batch) {
      let answered = false;
      const settle = (taken) => {
        if (answered) return;
        answered = true;
        session.waiting--;
        if (taken) { counts.acknowledged++; note({ told: fact.took }); } else untold.push(fact);
      };
      session.once('close', () => settle(false));
      session.deliver_sm(receipt(fact), (response) => settle(response.command_status === 0));
      if (orders.twice) session.deliver_sm(receipt(fact));
    }
  }
}

const server = smpp.createServer({}, (session) => {
  session.setMaxListeners(0);
  sessions.add(session);
  session.on('error', () => {});
  session.on('close', () => sessions.delete(session));
  for (const bind of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(bind, (pdu) => {
      if (pdu.password !== password) {
        session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }), () => session.close());
        return;
      }
      session.bound = true;
      session.send(pdu.response({ system_id: 'SMSC' }));
    });
  }
  session.on('submit_sm', (pdu) => submit(session, pdu));
  session.on('enquire_link', (pdu) => { counts.enquiries++; if (!orders.deaf) session.send(pdu.response()); });
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
});

function order(wanted) {
  if (wanted.forget) {
    note({ forgotten: true });
    untold.length = 0;
    Object.assign(orders, quiet, natural);
    Object.assign(counts, { enquiries: 0, acknowledged: 0 });
  }
  if (wanted.unbind) for (const session of sessions) session.unbind(() => session.close());
  if (wanted.drop) for (const session of sessions) session.destroy();
  for (const name of Object.keys(orders)) if (name in wanted) orders[name] = wanted[name];
  if (Object.keys(wanted).some((name) => name in natural)) {
    note({ nature: Object.fromEntries(Object.keys(natural).map((name) => [name, orders[name]])) });
  }
}

http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    if (body) order(JSON.parse(body));
    const bound = [...sessions].filter((session) => session.bound).length;
    response.end(JSON.stringify({ ...counts, ...orders, bound, untold: untold.length }));
  });
}).listen(Number(ordersPort), '127.0.0.1');

server.listen(Number(port), '127.0.0.1');
setInterval(tell, 20);
