using System.Buffers;
using System.Collections.Immutable;

namespace EmailVerify.Core.Replies;

/// <summary>
/// Reads replies. Immutable and safe for any number of threads; the rules are data (<c>schema/rules/replies.*.json</c>).
/// <para>The order of decision: the code's class; what the provider is known to mean; words about us, about the sender, about the mailbox, about
/// routing; the enhanced code; the basic code. "We were refused" never becomes "the mailbox does not exist", and a 5xx without evidence is
/// <see cref="ReplyMeaning.Other"/>. Before RCPT nothing can be about the mailbox, whatever the words.</para>
/// </summary>
public sealed partial class ReplyRules
{
    private const int SmallText = 512;

    private static readonly Lazy<ReplyRules> Embedded = new(() => new ReplyRules(RuleSet.ReadEmbedded()));

    private static readonly ReplyFinding Accepted = new(ReplyMeaning.MailboxExists, "code/accepted");
    private static readonly ReplyFinding CannotVerify = new(ReplyMeaning.Other, "code/cannot-verify");
    private static readonly ReplyFinding NoAnswer = new(ReplyMeaning.Other, "code/no-answer");
    private static readonly ReplyFinding NoEvidence = new(ReplyMeaning.Other, "code/no-evidence");

    private readonly WordClasses classes;
    private readonly ImmutableArray<string> classNames;
    private readonly ImmutableArray<string> providerKeys;
    private readonly ProviderNames providerNames;
    private readonly ImmutableArray<ImmutableArray<int>> providerMarks;
    private readonly ImmutableArray<RulesByClass> providerRules;
    private readonly RulesByClass generalRules;
    private readonly ImmutableArray<int> namingUs;
    private readonly int ipClass;
    private readonly int receivingRateClass;
    private readonly Func<ReadOnlySpan<char>, bool> isBlockList;

    internal ReplyRules(RuleSet set)
    {
        Version = set.Words.Version;
        var words = IncludedWords.Resolve(set.Words.Classes);
        var numbers = new ClassNumbers(words);
        namingUs = [.. words.Where(data => data.NamesUs).Select(data => numbers.Of(data.Name))];
        ipClass = numbers.Of("ip");
        receivingRateClass = numbers.Of("receiving-rate");
        var blockLists = SearchValues.Create(words.Single(data => string.Equals(data.Name, "block-list-name", StringComparison.Ordinal)).Phrases, StringComparison.OrdinalIgnoreCase);
        isBlockList = name => name.ContainsAny(blockLists);
        providerNames = new ProviderNames(set.Providers.Providers);
        providerMarks = [.. set.Providers.Providers.Select(provider => provider.Marks.Select(mark => numbers.Of($"'{mark}'")).ToImmutableArray())];
        providerRules = [.. set.Providers.Providers.Select(provider => RulesByClass.Of(provider.Rules, numbers))];
        generalRules = RulesByClass.Of([.. set.General.Rules, .. set.Codes.Rules], numbers);
        classes = numbers.Compile();
        classNames = numbers.Names;
        providerKeys = [.. set.Providers.Providers.Select(provider => provider.Name)];
    }

    /// <summary>Gets the rules that ship with the product. Compiled on first use: some milliseconds.</summary>
    public static ReplyRules Default => Embedded.Value;

    /// <summary>Gets the version of the rule set, such as <c>2026.11.1</c>: kept with each verdict, so that it can be judged again under newer rules.</summary>
    public string Version { get; }

    /// <summary>Reads a reply. Never throws, whatever the code and text; examines the first 4,096 characters.</summary>
    public ReplyFinding Read(ReplyContext context)
    {
        var code = context.Reply.Code;
        if (code is < 400 or > 599)
            return Affirmed(code, context.Stage);

        var text = context.Reply.Text.AsSpan(0, Math.Min(context.Reply.Text.Length, ReplyWords.MaxExamined));
        var size = ReplyWords.MaxLength(text.Length);
        if (text.Length <= SmallText)
            return Read(context, text, stackalloc ReplyMark[text.Length], stackalloc char[size]);

        var marks = ArrayPool<ReplyMark>.Shared.Rent(text.Length);
        var words = ArrayPool<char>.Shared.Rent(size);
        try
        {
            return Read(context, text, marks.AsSpan(0, text.Length), words);
        }
        finally
        {
            ArrayPool<ReplyMark>.Shared.Return(marks);
            ArrayPool<char>.Shared.Return(words);
        }
    }

    // RFC 5321 4.3.2: RCPT answers 250 or 251; 252 only promises to try. A 3xx has no place in a probe.
    private static ReplyFinding Affirmed(int code, SmtpStage stage) => code switch
    {
        250 or 251 when stage is SmtpStage.Rcpt or SmtpStage.Eod or SmtpStage.Unknown => Accepted,
        252 => CannotVerify,
        _ => NoAnswer,
    };

    private ReplyFinding Read(in ReplyContext context, ReadOnlySpan<char> text, Span<ReplyMark> marks, Span<char> words)
    {
        Span<PhraseHit> room = stackalloc PhraseHit[FoundWords.MaxHits];
        var found = Find(context, text, marks, words, room, out _);

        // :: Step 3: the first rule that holds.
        var code = context.Reply.Code;
        var enhanced = context.Reply.Enhanced ?? EnhancedIn(text, code / 100);
        var provider = ProviderOf(context.Exchanger, found);
        var rule = (provider < 0 ? null : providerRules[provider].First(code, enhanced, context.Stage, found))
            ?? generalRules.First(code, enhanced, context.Stage, found);

        // :: Step 4: what can be said at this stage.
        return AtStage(rule?.Finding ?? NoEvidence, context, enhanced, found, text, marks);
    }

    private FoundWords Find(in ReplyContext context, ReadOnlySpan<char> text, Span<ReplyMark> marks, Span<char> words, Span<PhraseHit> room, out int length)
    {
        // :: Step 1: names out, words in one spelling.
        marks.Clear();
        ReplyMarks.Find(text, context.Ours, marks, isBlockList);
        length = ReplyWords.Write(text, marks, words);

        // :: Step 2: what the words speak of.
        return classes.Find(words[..length], room);
    }

    private ReplyFinding AtStage(ReplyFinding said, in ReplyContext context, EnhancedCode? enhanced, in FoundWords found, ReadOnlySpan<char> text, ReadOnlySpan<ReplyMark> marks)
    {
        var meaning = MeaningAtStage(said.Meaning, context.Stage, context.Reply.Code);
        var namesUs = meaning.About() is ReplySubject.Us && NamesUs(found, context.Ours?.Address);
        var pause = meaning is ReplyMeaning.Greylisted or ReplyMeaning.RateLimited or ReplyMeaning.TemporaryFailure ? RetryPause.Find(text, marks) : null;

        // RFC 3463 3.3: X.2 is about the status of the mailbox.
        var isOfRecipient = meaning is ReplyMeaning.RateLimited && context.Stage is SmtpStage.Rcpt && !namesUs && (enhanced is { Subject: 2 } || found.Has(receivingRateClass));
        return meaning == said.Meaning && !namesUs && pause is null && !isOfRecipient
            ? said
            : new ReplyFinding(meaning, said.Rule, pause, namesUs) { IsOfRecipient = isOfRecipient };
    }

    // Before RCPT no mailbox was named, so what sounds like one is about our sender or us. Before DATA there is no message.
    private static ReplyMeaning MeaningAtStage(ReplyMeaning meaning, SmtpStage stage, int code) => (stage, meaning.About()) switch
    {
        (SmtpStage.Mail, ReplySubject.Mailbox or ReplySubject.Address or ReplySubject.Domain) => code < 500 ? ReplyMeaning.TemporaryFailure : ReplyMeaning.SenderRejected,
        (SmtpStage.Connect or SmtpStage.Ehlo or SmtpStage.Starttls, ReplySubject.Mailbox or ReplySubject.Address or ReplySubject.Sender) =>
            code < 500 ? ReplyMeaning.TemporaryFailure : ReplyMeaning.PolicyBlocked,
        (SmtpStage.Connect or SmtpStage.Ehlo or SmtpStage.Starttls, ReplySubject.Message) => ReplyMeaning.PolicyBlocked,
        _ => meaning,
    };

    private static EnhancedCode? EnhancedIn(ReadOnlySpan<char> text, int codeClass)
    {
        for (var from = 0; from < text.Length;)
        {
            var found = text[from..].IndexOfAny('4', '5');
            if (found < 0)
                return null;
            var at = from + found;
            from = at + 1;
            if ((at == 0 || !(char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '-'))
                && EnhancedCode.TryParse(text[at..], out var code, out _) && code.Class == codeClass)
            {
                return code;
            }
        }

        return null;
    }

    private int ProviderOf(string? exchanger, in FoundWords found)
    {
        if (exchanger is not null && providerNames.Of(exchanger) is >= 0 and var named)
            return named;
        for (var provider = 0; provider < providerMarks.Length; provider++)
        {
            foreach (var mark in providerMarks[provider])
            {
                if (found.Has(mark))
                    return provider;
            }
        }

        return -1;
    }

    private bool NamesUs(in FoundWords found, string? ownAddress)
    {
        foreach (var number in namingUs)
        {
            if (found.Has(number))
                return true;
        }

        // Where our own address is not known, an address in a refusal is ours.
        return ownAddress is null && found.Has(ipClass);
    }

    private sealed partial class RulesByClass(ImmutableArray<ReplyRule> transient, ImmutableArray<ReplyRule> permanent)
    {
        public static RulesByClass Of(IEnumerable<RuleData> data, ClassNumbers numbers)
        {
            var rules = data.Select(rule => new ReplyRule(rule, numbers.Of)).ToList();
            return new([.. rules.Where(rule => rule.IsFor(4))], [.. rules.Where(rule => rule.IsFor(5))]);
        }

        public ReplyRule? First(int code, EnhancedCode? enhanced, SmtpStage stage, in FoundWords found)
        {
            foreach (var rule in code < 500 ? transient : permanent)
            {
                if (rule.Holds(code, enhanced, stage, found))
                    return rule;
            }

            return null;
        }
    }
}
