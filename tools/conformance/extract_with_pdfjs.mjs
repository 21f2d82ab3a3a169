// Print the text of a PDF as pdf.js extracts it: node extract_with_pdfjs.mjs PACKAGE FILE
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [, , folder, file] = process.argv;
const { getDocument } = await import(pathToFileURL(`${folder}/legacy/build/pdf.mjs`));
const data = new Uint8Array(fs.readFileSync(file));
const pdf = await getDocument({ data, verbosity: 0 }).promise;
for (let number = 1; number <= pdf.numPages; number++) {
  const { items } = await (await pdf.getPage(number)).getTextContent();
  const text = items.map(({ str, hasEOL }) => (hasEOL ? `${str}\n` : str)).join("");
  process.stdout.write(`${text}\f`);
}
