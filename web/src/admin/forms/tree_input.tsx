import { useState } from "preact/hooks";
import type { TreeNode } from "../../core/types";
import { useAdminText } from "../../i18n/admin";
import { Button } from "../../ui/basic";
import { TextArea } from "../../ui/fields";
import { parseTree, treeText } from "./model";

// Choices in levels, as indented lines; the regions of China can be filled in.
export function TreeInput({ tree, error, optional, onChange }: { optional: boolean; tree: TreeNode[]; error: string | undefined; onChange: (tree: TreeNode[]) => void }) {
    const a = useAdminText();
    const [text, setText] = useState(() => treeText(tree));
    const write = (next: string) => {
        setText(next);
        onChange(parseTree(next, tree));
    };
    const fill = async (districts: boolean) => write((await import("./regions")).regionLines(districts));
    return (
        <div class="stack-s">
            <TextArea label={a.builder.tree} optional={optional} rows={8} help={a.builder.treeHelp} value={text} error={error} maxLength={60_000} onInput={write} />
            <div class="row">
                <Button size="small" kind="quiet" onClick={() => void fill(false)}>{a.builder.treeCities}</Button>
                <Button size="small" kind="quiet" onClick={() => void fill(true)}>{a.builder.treeDistricts}</Button>
            </div>
        </div>
    );
}
