using System.Collections.Immutable;
using System.Globalization;

namespace EmailVerify.Core.Replies;

/// <summary>A rule, ready to be applied.</summary>
internal sealed class ReplyRule
{
    private readonly ImmutableArray<CodePattern> codes;
    private readonly ImmutableArray<EnhancedPattern> enhanced;
    private readonly ImmutableArray<SmtpStage> stages;
    private readonly ImmutableArray<Saying> says;
    private readonly ImmutableArray<Saying> unless;

    /// <summary>Compiles a rule.</summary>
    /// <exception cref="FormatException">The data are wrong.</exception>
    public ReplyRule(RuleData data, Func<string, int> classOf)
    {
        Id = data.Id;
        if (!Words.TryParse<ReplyMeaning>(data.Meaning, out var meaning) || meaning is ReplyMeaning.MailboxExists)
            throw new FormatException($"Rule {data.Id}: \"{data.Meaning}\" is no meaning that a rule may give.");
        Meaning = meaning;
        codes = [.. (data.Codes ?? []).Select(CodePattern.Parse)];
        enhanced = [.. (data.Enhanced ?? []).Select(EnhancedPattern.Parse)];
        stages = [.. (data.Stages ?? []).Select(word => Words.TryParse<SmtpStage>(word, out var stage) ? stage : throw new FormatException($"Rule {data.Id}: \"{word}\" is no stage."))];
        says = [.. (data.Says ?? []).Select(text => Saying.Parse(text, classOf))];
        unless = [.. (data.Unless ?? []).Select(text => Saying.Parse(text, classOf))];
        Finding = new ReplyFinding(Meaning, Id);
    }

    public string Id { get; }

    public ReplyMeaning Meaning { get; }

    /// <summary>Gets what most replies are found to mean that the rule decides: made once, for none of them says more.</summary>
    public ReplyFinding Finding { get; }

    /// <summary>Says whether the rule can ever hold for codes of a class, 4 or 5.</summary>
    public bool IsFor(int codeClass) => codes.IsEmpty || codes.Any(code => code.Class == codeClass);

    /// <summary>Says whether the rule decides a reply.</summary>
    public bool Holds(int code, EnhancedCode? enhancedCode, SmtpStage stage, in FoundWords words) =>
        HasCode(code) && HasEnhanced(enhancedCode) && (stages.IsEmpty || stages.Contains(stage))
        && (says.IsEmpty || IsSaid(says, words)) && !IsSaid(unless, words);

    private bool HasCode(int code)
    {
        foreach (var pattern in codes)
        {
            if (pattern.Covers(code))
                return true;
        }

        return codes.IsEmpty;
    }

    private bool HasEnhanced(EnhancedCode? code)
    {
        foreach (var pattern in enhanced)
        {
            if (code is { } given && pattern.Covers(given))
                return true;
        }

        return enhanced.IsEmpty;
    }

    private static bool IsSaid(ImmutableArray<Saying> sayings, in FoundWords words)
    {
        foreach (var saying in sayings)
        {
            if (saying.IsIn(words))
                return true;
        }

        return false;
    }

    private readonly record struct CodePattern(int From, int To)
    {
        public int Class => From / 100;

        public bool Covers(int code) => code >= From && code <= To;

        public static CodePattern Parse(string text) => text is [>= '4' and <= '5', 'x', 'x']
            ? new((text[0] - '0') * 100, ((text[0] - '0') * 100) + 99)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 400 and < 600
                ? new(code, code)
                : throw new FormatException($"\"{text}\" is no basic code.");
    }

    private readonly record struct EnhancedPattern(int Class, int Subject, int From, int To)
    {
        private const int Any = -1;

        public bool Covers(EnhancedCode code) =>
            (Class == Any || Class == code.Class) && (Subject == Any || Subject == code.Subject) && code.Detail >= From && code.Detail <= To;

        public static EnhancedPattern Parse(string text)
        {
            var parts = text.Split('.');
            if (parts.Length != 3)
                throw new FormatException($"\"{text}\" is no enhanced code.");
            var range = parts[2].Split('-');
            return parts[2] is "x"
                ? new(Number(parts[0]), Number(parts[1]), 0, 999)
                : new(Number(parts[0]), Number(parts[1]), Number(range[0]), Number(range[^1]));
        }

        private static int Number(string text) => text is "x" ? Any : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
