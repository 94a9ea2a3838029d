// Which words of the dictionaries no page says. `node test/words.mjs` lists them and fails if there are any.
// A word is said where its own name is used, or where a group it stands in is used as a whole: looked up by a key, or handed on.
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
// Each pair of dictionaries: the folder of the site's, the files of the game's.
const dictionaries = [join(root, "src/i18n/"), join(root, "src/avalon/words")];
const isDictionary = (name) => dictionaries.some((path) => name.startsWith(path));
const read = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
const parsed = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
const program = ts.createProgram(parsed.fileNames, parsed.options);
const checker = program.getTypeChecker();

// The entries of a dictionary: `export const xxxZh = {...}`. The English ones have the same names, since the compiler compares them.
const entries = new Map(); // declaration -> path
function collect(object, path) {
    for (const member of object.properties) {
        if (!ts.isPropertyAssignment(member)) continue;
        const name = `${path}.${member.name.text}`;
        entries.set(member, name);
        const value = ts.isAsExpression(member.initializer) ? member.initializer.expression : member.initializer;
        if (ts.isObjectLiteralExpression(value)) collect(value, name);
    }
}
for (const file of program.getSourceFiles()) {
    if (!isDictionary(file.fileName) || !/zh\.ts$/.test(file.fileName)) continue;
    file.forEachChild((node) => {
        // The parts that a dictionary is put together from are groups that the compiler compares with what they are for.
        if (!ts.isVariableStatement(node) || !node.modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword)) return;
        for (const { name, initializer } of node.declarationList.declarations) {
            if (initializer && ts.isObjectLiteralExpression(initializer)) collect(initializer, name.text);
        }
    });
}

const said = new Set(); // declarations
const whole = new Set(); // those used as a whole
const declarationsOf = (node) => (checker.getSymbolAtLocation(node)?.declarations ?? []).filter((one) => entries.has(one));

// Is `node` only the way to one of its members?
function isStep(node) {
    const { parent } = node;
    return ts.isPropertyAccessExpression(parent) && parent.expression === node;
}
function visit(node) {
    if (ts.isPropertyAccessExpression(node)) {
        for (const one of declarationsOf(node.name)) {
            said.add(one);
            if (!isStep(node)) whole.add(one);
        }
    } else if (ts.isBindingElement(node)) {
        const of = checker.getTypeAtLocation(node.parent).getProperty((node.propertyName ?? node.name).getText());
        for (const one of of?.declarations ?? []) if (entries.has(one)) { said.add(one); whole.add(one); }
    } else if (ts.isSpreadAssignment(node)) {
        for (const member of checker.getPropertiesOfType(checker.getTypeAtLocation(node.expression))) {
            for (const one of member.declarations ?? []) if (entries.has(one)) said.add(one);
        }
    } else if (ts.isElementAccessExpression(node)) {
        // a[key] with keys the compiler knows says just those; any other says all.
        const type = checker.getTypeAtLocation(node.argumentExpression);
        const keys = type.isUnion() ? type.types : [type];
        const object = checker.getTypeAtLocation(node.expression);
        const named = keys.every((key) => key.isStringLiteral());
        for (const member of named ? keys.map((key) => object.getProperty(key.value)).filter(Boolean) : object.getProperties()) {
            for (const one of member.declarations ?? []) if (entries.has(one)) { said.add(one); whole.add(one); }
        }
    }
    node.forEachChild(visit);
}
for (const file of program.getSourceFiles()) {
    if (!file.isDeclarationFile && !isDictionary(file.fileName)) visit(file);
}

// A group that was handed on as a whole is said with all its members, unless it is looked up by key: then those count.
const lookedUp = (declaration) => [...entries.keys()].some((one) => said.has(one) && within(one, declaration));
const within = (node, outer) => {
    for (let at = node.parent; at; at = at.parent) if (at === outer) return true;
    return false;
};
const coveredBy = (node) => {
    for (let at = node.parent; at; at = at.parent) if (whole.has(at) && !lookedUp(at)) return true;
    return false;
};
const unused = [...entries].filter(([node]) => !said.has(node) && !coveredBy(node));
for (const [node, path] of unused) {
    const file = node.getSourceFile();
    console.log(`${relative(root, file.fileName)}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${path}`);
}
console.log(`${entries.size} words, ${unused.length} that no page says`);
process.exitCode = unused.length === 0 ? 0 : 1;
