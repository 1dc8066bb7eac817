// A file as it was given: what it is, what is wrong with it at a glance, and its head.

const headOctets = 256 * 1024;

const types = { json: 'application/json', ndjson: 'application/x-ndjson', jsonl: 'application/x-ndjson' };

// What files begin with that only look like a list.
const others = [
  [[0x50, 0x4b, 0x03, 0x04], 'This is a workbook or an archive. In a spreadsheet program, save the sheet as CSV and drop that; unpack an archive first.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'This is a workbook. In a spreadsheet program, save the sheet as CSV and drop that.'],
  [[0x1f, 0x8b], 'This file is compressed. Unpack it first.'],
  [[0x25, 0x50, 0x44, 0x46], 'This is a PDF. A list has to be text: CSV, or an address a line.'],
];

/** Text that was pasted, as a file. @param {string} text */
export const pasted = text => new File([text], 'Pasted addresses', { type: 'text/csv' });

/** Its media type, by its name: browsers know little of lists. @param {File} file */
export const typeOf = file => types[file.name.split('.').at(-1).toLowerCase()] ?? 'text/csv';

/** What is sent of it to be looked at. @param {File} file */
export const headOf = file => file.slice(0, headOctets);

/** Whether it goes on behind its head. @param {File} file */
export const isLonger = file => file.size > headOctets;

/**
 * Why a file cannot be a list.
 * @param {File} file
 * @returns {Promise<string | null>} a sentence, or null when it may be one
 */
export async function whyNoList(file) {
  if (file.size === 0) return 'The file is empty.';
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return others.find(([marks]) => marks.every((octet, at) => start[at] === octet))?.[1] ?? null;
}
