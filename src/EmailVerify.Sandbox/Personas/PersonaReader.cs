using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Sandbox.Personas;

/// <summary>Reads the personas and says at once what is wrong with them.</summary>
internal static class PersonaReader
{
    private static readonly FrozenDictionary<string, string[]> Answers = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["deliverable"] = ["accepted_email"],
        ["undeliverable"] = ["rejected_email", "mailbox_disabled", "invalid_domain", "null_mx", "invalid_email", "smtputf8_unsupported"],
        ["risky"] = ["accept_all", "mailbox_full", "disposable"],
        ["unknown"] =
        [
            "address_literal", "dns_error", "unexpected_reply", "blocked_by_policy", "rate_limited", "greylisted", "temporary_failure", "no_connect",
            "timeout", "no_egress", "provider_unverifiable",
        ],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions Shape = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads all personas that are built in, in the order of their files.</summary>
    public static IReadOnlyList<Persona> ReadBuiltIn()
    {
        var assembly = typeof(PersonaReader).Assembly;
        var personas = new List<Persona>();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith("personas.", StringComparison.Ordinal));
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            personas.AddRange(Read(stream));
        }

        Check(personas);
        return personas;
    }

    /// <summary>Reads an array of personas.</summary>
    /// <exception cref="JsonException">It is not of the documented shape.</exception>
    public static IReadOnlyList<Persona> Read(Stream json) => JsonSerializer.Deserialize<List<Persona>>(json, Shape) ?? throw new JsonException("No personas.");

    /// <summary>Checks what the shape alone does not hold.</summary>
    /// <exception cref="InvalidDataException">Something is wrong; the message lists all of it.</exception>
    public static void Check(IReadOnlyList<Persona> personas)
    {
        var faults = new List<string>();
        faults.AddRange(Twice("persona", personas.Select(persona => persona.Name)));
        faults.AddRange(Twice("host", personas.SelectMany(persona => persona.Hosts).Select(host => host.Name)));
        faults.AddRange(Twice("domain", personas.SelectMany(persona => persona.Domains).Select(domain => domain.Name)));
        foreach (var persona in personas)
        {
            faults.AddRange(persona.Examples.SelectMany(Faults).Select(fault => $"{persona.Name}: {fault}"));
            faults.AddRange(persona.Domains.SelectMany(domain => domain.Mx).Where(mx => !IsMx(mx)).Select(mx => $"{persona.Name}: no MX record: {mx}"));
        }

        if (faults.Count > 0)
            throw new InvalidDataException("The personas do not hold: " + string.Join("; ", faults));
    }

    private static IEnumerable<string> Twice(string kind, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => $"{kind} {group.Key} is there twice");

    private static IEnumerable<string> Faults(Example example)
    {
        foreach (var answer in example.Or.Append($"{example.Status}/{example.Reason}"))
        {
            var words = answer.Split('/');
            if (words.Length != 2 || !Answers.TryGetValue(words[0], out var reasons) || !reasons.Contains(words[1], StringComparer.Ordinal))
                yield return $"{example.Address}: no such answer: {answer}";
            if (example.Exists && words[0] is "undeliverable")
                yield return $"{example.Address}: exists, so it cannot be undeliverable";
        }
    }

    private static bool IsMx(string mx) =>
        mx.Split(' ') is [var preference, { Length: > 0 }] && ushort.TryParse(preference, System.Globalization.CultureInfo.InvariantCulture, out _);
}
