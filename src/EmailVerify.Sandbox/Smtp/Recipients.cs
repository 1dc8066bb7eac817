using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using EmailVerify.Sandbox.Counting;
using EmailVerify.Sandbox.Personas;

namespace EmailVerify.Sandbox.Smtp;

/// <summary>Knows who has a mailbox at a host.</summary>
internal interface IRecipients
{
    /// <summary>Answers RCPT.</summary>
    /// <param name="local">The local part as on the wire.</param>
    /// <param name="domain">The domain as on the wire.</param>
    /// <param name="dialogue">The dialogue, which is told what was asked for.</param>
    ReplyTemplate Answer(ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain, SmtpDialogue dialogue);
}

/// <summary>The mailboxes of a persona, by its script.</summary>
internal sealed class PersonaRecipients : IRecipients
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly ReplyTemplate NeedsSmtputf8 = new("553 5.6.7 This address needs SMTPUTF8");

    private readonly FrozenSet<string> domains;
    private readonly FrozenSet<string> accepts;
    private readonly (MailboxRule Rule, Regex? Pattern, ReplyTemplate Reply, ReplyTemplate[] Later)[] rules;
    private readonly ConcurrentDictionary<string, int> asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly HostScript script;
    private readonly Greylist? greylist;

    public PersonaRecipients(Persona persona, HostScript script, TimeProvider clock)
    {
        this.script = script;
        var source = script.Source;
        domains = persona.Domains.Select(domain => domain.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        accepts = source.Accepts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        rules = [.. source.Mailboxes.Select(rule => (rule, PatternOf(rule), script.Ready(rule.Reply), rule.Later.Select(script.Ready).ToArray()))];
        greylist = source.Greylist is { } terms ? new Greylist(terms, clock) : null;
    }

    public ReplyTemplate Answer(ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain, SmtpDialogue dialogue)
    {
        dialogue.Local = Encoding.UTF8.GetString(local);
        dialogue.Domain = Encoding.UTF8.GetString(domain);
        if (!domains.Contains(dialogue.Domain))
            return script.Relay;
        if (!Ascii.IsValid(local) && !dialogue.UsesSmtputf8)
            return NeedsSmtputf8;

        var reply = Find(dialogue.Local, dialogue.Domain);
        if (greylist is null || (script.Source.Greylist!.KnownOnly && reply.Code >= 500))
            return reply;
        return greylist.LetsThrough(dialogue.Client, dialogue.Sender ?? "", $"{dialogue.Local}@{dialogue.Domain}") ? reply : script.Greylist!;
    }

    private static Regex? PatternOf(MailboxRule rule) =>
        rule.Pattern is { } pattern ? new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTimeout) : null;

    private static ReplyTemplate InTurn(ReplyTemplate first, ReplyTemplate[] later, int before) => before == 0 ? first : later[Math.Min(before, later.Length) - 1];

    private ReplyTemplate Find(string local, string domain)
    {
        foreach (var (rule, pattern, reply, later) in rules)
        {
            if ((rule.Domain is null || rule.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase))
                && (rule.Local is null || rule.Local.Equals(local, StringComparison.OrdinalIgnoreCase))
                && (pattern is null || pattern.IsMatch(local)))
                return later is [] ? reply : InTurn(reply, later, asked.AddOrUpdate($"{local}@{domain}", 0, static (_, times) => times + 1));
        }

        return accepts.Contains(local) ? script.Accept : script.Otherwise;
    }
}

/// <summary>The mailboxes of the load domains, by rule; nothing is allocated for an answer.</summary>
internal sealed class LoadRecipients : IRecipients
{
    private readonly HostScript script;
    private readonly LoadOptions options;
    private readonly NumberedNames domains;
    private readonly NumberedNames exchangers;
    private readonly Counters counters;
    private readonly CounterSet?[] providers;
    private readonly int place;

    /// <summary>Initializes the mailboxes at one address.</summary>
    /// <param name="place">The number of the address, from 0.</param>
    /// <param name="providers">One place for each domain's counts, shared by all addresses.</param>
    public LoadRecipients(HostScript script, LoadOptions options, int place, CounterSet?[] providers, Counters counters)
    {
        (this.script, this.options, this.place, this.providers, this.counters) = (script, options, place, providers, counters);
        domains = new NumberedNames(options.Domain, options.Domains);
        exchangers = new NumberedNames(options.Exchanger, options.Domains);
    }

    public ReplyTemplate Answer(ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain, SmtpDialogue dialogue)
    {
        if (domains.NumberOf(domain) is not { } number || number % options.Addresses != place)
            return script.Relay;
        dialogue.Tally.Attribute(providers[number - 1] ??= counters.Provider(exchangers.NameOf(number)));
        return Exists(local) || (options.CatchAllEvery > 0 && number % options.CatchAllEvery == 0) ? script.Accept : script.Otherwise;
    }

    /// <summary>Says whether a local part is <c>ok</c>, alone or followed by what no decoy would have there.</summary>
    private static bool Exists(ReadOnlySpan<byte> local) =>
        local.Length >= 2 && Ascii.EqualsIgnoreCase(local[..2], "ok"u8)
        && (local.Length == 2 || local[2] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'_' or (byte)'.');
}
