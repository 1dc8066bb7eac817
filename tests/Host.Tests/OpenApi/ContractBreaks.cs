using System.Globalization;
using System.Text.Json.Nodes;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>
/// Finds what would break a client that was written for an earlier document. Of requests less may be asked, and more taken; of answers more may be told, and nothing less.
/// </summary>
internal sealed class ContractBreaks
{
    private static readonly string[] Lower = ["minimum", "minLength", "minItems", "minProperties"];
    private static readonly string[] Upper = ["maximum", "maxLength", "maxItems", "maxProperties"];

    private readonly JsonObject before;
    private readonly JsonObject after;
    private readonly List<string> found = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    private ContractBreaks(JsonObject before, JsonObject after) => (this.before, this.after) = (before, after);

    /// <summary>Lists the breaks.</summary>
    public static IReadOnlyList<string> Between(JsonObject before, JsonObject after)
    {
        var breaks = new ContractBreaks(before, after);
        foreach (var (path, operations) in (JsonObject)before["paths"]!)
        {
            foreach (var (method, operation) in (JsonObject)operations!)
                breaks.Compare($"{method.ToUpperInvariant()} {path}", (JsonObject)operation!, after["paths"]![path]?[method] as JsonObject);
        }

        return breaks.found;
    }

    private static JsonObject Resolved(JsonObject document, JsonNode node)
    {
        while (node is JsonObject one && one["$ref"] is { } reference)
            node = ((string)reference!)[2..].Split('/').Aggregate((JsonNode)document, (at, part) => at[part]!);
        return (JsonObject)node;
    }

    private static HashSet<string> Strings(JsonNode? node) => (node switch
    {
        JsonArray many => many.Select(one => one is null ? "null" : one.ToString()),
        JsonValue one => [one.ToString()],
        _ => [],
    }).ToHashSet(StringComparer.Ordinal);

    private static decimal? Number(JsonNode? node) => node is null ? null : decimal.Parse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private void Compare(string where, JsonObject old, JsonObject? now)
    {
        if (now is null)
        {
            found.Add($"{where} is gone.");
            return;
        }

        if (!old["operationId"]!.ToString().Equals(now["operationId"]!.ToString(), StringComparison.Ordinal))
            found.Add($"{where} is called otherwise: generated clients lose {old["operationId"]}.");
        CompareSecurity(where, old, now);
        CompareParameters(where, (JsonArray?)old["parameters"] ?? [], (JsonArray?)now["parameters"] ?? []);
        CompareBodies(where, old["requestBody"] as JsonObject, now["requestBody"] as JsonObject);
        foreach (var (status, response) in (JsonObject)old["responses"]!)
            CompareResponse($"{where} {status}", Resolved(before, response!), now["responses"]![status] is { } other ? Resolved(after, other) : null);
    }

    private void CompareSecurity(string where, JsonObject old, JsonObject now)
    {
        // Each entry is one way in; none is open to all.
        var (ways, present) = (Ways(old), Ways(now));
        if (ways.Count == 0)
            found.AddRange(present.Select(way => $"{where} needs {way}, and was open to all."));
        else if (present.Count > 0)
            found.AddRange(ways.Except(present, StringComparer.Ordinal).Select(way => $"{where} no longer needs no more than {way}."));

        static HashSet<string> Ways(JsonObject operation) => ((JsonArray)operation["security"]!).Select(one => one!.ToJsonString()).ToHashSet(StringComparer.Ordinal);
    }

    private void CompareParameters(string where, JsonArray old, JsonArray now)
    {
        static string KeyOf(JsonNode parameter) => $"{parameter["in"]} {parameter["name"]}";
        var present = now.ToDictionary(one => KeyOf(one!), one => (JsonObject)one!, StringComparer.Ordinal);
        foreach (var one in old)
        {
            if (!present.Remove(KeyOf(one!), out var same))
            {
                found.Add($"{where} has lost the parameter {KeyOf(one!)}.");
                continue;
            }

            if ((bool)same["required"]! && !(bool)one!["required"]!)
                found.Add($"{where} now needs the parameter {KeyOf(one)}.");
            CompareShapes($"{where} {KeyOf(one!)}", one!["schema"]!, same["schema"]!, isRequest: true);
        }

        found.AddRange(present.Where(one => (bool)one.Value["required"]!).Select(one => $"{where} needs the new parameter {one.Key}."));
    }

    private void CompareBodies(string where, JsonObject? old, JsonObject? now)
    {
        if ((bool?)now?["required"] == true && (bool?)old?["required"] != true)
            found.Add($"{where} now needs a body.");
        CompareContents(where + " body", old?["content"] as JsonObject, now?["content"] as JsonObject, isRequest: true);
    }

    private void CompareResponse(string where, JsonObject old, JsonObject? now)
    {
        if (now is null)
        {
            found.Add($"{where} is no longer answered.");
            return;
        }

        foreach (var (name, header) in (JsonObject?)old["headers"] ?? [])
        {
            var isSure = (bool)Resolved(before, header!)["required"]!;
            if (now["headers"]?[name] is not { } same || (isSure && !(bool)Resolved(after, same)["required"]!))
                found.Add($"{where} has lost the header {name}.");
        }

        CompareContents(where, old["content"] as JsonObject, now["content"] as JsonObject, isRequest: false);
    }

    private void CompareContents(string where, JsonObject? old, JsonObject? now, bool isRequest)
    {
        foreach (var (type, content) in old ?? [])
        {
            if (now?[type] is not JsonObject same)
            {
                found.Add($"{where} has lost {type}.");
                continue;
            }

            CompareShapes($"{where} {type}", content!["schema"]!, same["schema"]!, isRequest);
            if (content["x-item-schema"] is { } item && same["x-item-schema"] is { } other)
                CompareShapes($"{where} {type} each", item, other, isRequest);
        }
    }

    private void CompareShapes(string where, JsonNode oldNode, JsonNode nowNode, bool isRequest)
    {
        // A shape that is declared once is compared once for requests and once for answers.
        if (oldNode["$ref"] is { } named && nowNode["$ref"] is { } other && !seen.Add($"{isRequest} {named} {other}"))
            return;
        var (old, now) = (Resolved(before, oldNode), Resolved(after, nowNode));
        CompareTypes(where, old, now, isRequest);
        CompareWords(where, old, now, isRequest);
        if (isRequest)
            CompareBounds(where, old, now);
        CompareMembers(where, old, now, isRequest);
        if (old["items"] is { } items && now["items"] is { } others)
            CompareShapes(where + "[]", items, others, isRequest);
        if (old["additionalProperties"] is JsonObject values && now["additionalProperties"] is JsonObject otherValues)
            CompareShapes(where + "{}", values, otherValues, isRequest);
        CompareChoices(where, old, now, isRequest);
    }

    private void CompareTypes(string where, JsonObject old, JsonObject now, bool isRequest)
    {
        var (was, isNow) = (Strings(old["type"]), Strings(now["type"]));

        // What is asked for may widen, what is told may narrow.
        var (narrow, wide) = isRequest ? (was, isNow) : (isNow, was);
        if (wide.Count > 0 && (narrow.Count == 0 || !narrow.IsSubsetOf(wide)))
            found.Add($"{where} was {string.Join(" or ", was)} and is {string.Join(" or ", isNow)}.");
    }

    private void CompareWords(string where, JsonObject old, JsonObject now, bool isRequest)
    {
        var (was, isNow) = (Strings(old["enum"]), Strings(now["enum"]));
        var lost = isRequest
            ? isNow.Count == 0 ? [] : was.Count == 0 ? (IEnumerable<string>)["every other"] : was.Except(isNow, StringComparer.Ordinal)
            : was.Count == 0 ? [] : isNow.Count == 0 ? ["others"] : isNow.Except(was, StringComparer.Ordinal);
        found.AddRange(lost.Select(word => isRequest ? $"{where} no longer takes {word}." : $"{where} may now be {word}, and its list was closed."));
        found.AddRange(isRequest ? [] : Strings(old["x-extensible-enum"]).Except(Strings(now["x-extensible-enum"]), StringComparer.Ordinal).Select(word => $"{where} is never {word} any more."));
    }

    private void CompareBounds(string where, JsonObject old, JsonObject now)
    {
        foreach (var bound in Lower.Where(bound => Number(now[bound]) is { } least && !(Number(old[bound]) >= least)))
            found.Add($"{where}: {bound} was {old[bound]?.ToString() ?? "none"} and is {now[bound]}.");
        foreach (var bound in Upper.Where(bound => Number(now[bound]) is { } most && !(Number(old[bound]) <= most)))
            found.Add($"{where}: {bound} was {old[bound]?.ToString() ?? "none"} and is {now[bound]}.");
        foreach (var rule in (string[])["pattern", "format"])
        {
            if (now[rule] is { } value && !value.ToString().Equals(old[rule]?.ToString(), StringComparison.Ordinal))
                found.Add($"{where}: {rule} was {old[rule]?.ToString() ?? "none"} and is {value}.");
        }
    }

    private void CompareMembers(string where, JsonObject old, JsonObject now, bool isRequest)
    {
        var (neededBefore, needed) = (Strings(old["required"]), Strings(now["required"]));
        if (isRequest)
            found.AddRange(needed.Except(neededBefore, StringComparer.Ordinal).Select(name => $"{where} now needs the member {name}."));
        foreach (var (name, shape) in (JsonObject?)old["properties"] ?? [])
        {
            if (now["properties"]?[name] is not { } same)
            {
                found.Add($"{where} has lost the member {name}.");
                continue;
            }

            if (!isRequest && neededBefore.Contains(name) && !needed.Contains(name))
                found.Add($"{where} no longer always has the member {name}.");
            CompareShapes($"{where}.{name}", shape!, same, isRequest);
        }
    }

    private void CompareChoices(string where, JsonObject old, JsonObject now, bool isRequest)
    {
        var (was, isNow) = ((JsonArray?)old["anyOf"] ?? [], (JsonArray?)now["anyOf"] ?? []);
        foreach (var (at, choice) in was.Index())
        {
            if (at < isNow.Count)
                CompareShapes($"{where}|{at}", choice!, isNow[at]!, isRequest);
        }

        if (was.Count > 0 && (isRequest ? isNow.Count > 0 && isNow.Count < was.Count : isNow.Count > was.Count))
            found.Add($"{where} has {isNow.Count} choices, and had {was.Count}.");
    }
}
