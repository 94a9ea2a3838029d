// `answers.size`, `/answers/size` and `data.answers.size` all name the field `answers.size`.
export function fieldName(field: string): string {
    return field.replace(/^\//, "").replace(/\//g, ".").replace(/^(body|data)\./, "").replace(/\[(\d+)\]/g, ".$1");
}
