using System.Collections.Immutable;
using System.Text;

namespace EmailVerify.Core.Replies;

/// <content>The slow way, for persons: the same steps, and what was seen at each.</content>
public sealed partial class ReplyRules
{
    /// <summary>Explains how a reply is read. The finding is that of <see cref="Read(ReplyContext)"/>; never throws either.</summary>
    public ReplyExplanation Explain(ReplyContext context)
    {
        var finding = Read(context);
        var code = context.Reply.Code;
        if (code is < 400 or > 599)
            return new ReplyExplanation(finding, string.Empty, [], [], Provider: null, RunnerUp: null);

        var text = context.Reply.Text.AsSpan(0, Math.Min(context.Reply.Text.Length, ReplyWords.MaxExamined));
        var marks = new ReplyMark[text.Length];
        var words = new char[ReplyWords.MaxLength(text.Length)];
        var found = Find(context, text, marks, words, new PhraseHit[FoundWords.MaxHits], out var length);
        var enhanced = context.Reply.Enhanced ?? EnhancedIn(text, code / 100);
        var provider = ProviderOf(context.Exchanger, found);

        // All that hold, in the order of decision: the first has decided.
        var holding = new List<ReplyRule>();
        if (provider >= 0)
            providerRules[provider].AddHolding(holding, code, enhanced, context.Stage, found);
        generalRules.AddHolding(holding, code, enhanced, context.Stage, found);
        return new ReplyExplanation(
            finding,
            Shown(words.AsSpan(0, length)),
            CutOutOf(text, marks),
            ClassesOf(found),
            provider < 0 ? null : providerKeys[provider],
            holding is [_, var second, ..] ? new RunnerUp(second.Id, MeaningOf(second, context)) : null);
    }

    private static string Shown(ReadOnlySpan<char> words)
    {
        var shown = new StringBuilder(words.Length);
        foreach (var c in words)
        {
            if (c is ReplyWords.SentenceEnd)
                shown.Append('.');
            else if (c > ReplyWords.SentenceEnd && c < ReplyWords.Of(ReplyMark.Continued))
                shown.Append('@').Append(Words.Of((ReplyMark)(c - ReplyWords.SentenceEnd)));
            else
                shown.Append(c);
        }

        return shown.ToString().Trim();
    }

    private static ImmutableArray<CutOut> CutOutOf(ReadOnlySpan<char> text, ReadOnlySpan<ReplyMark> marks)
    {
        var names = ImmutableArray.CreateBuilder<CutOut>();
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (end < text.Length && marks[end] is ReplyMark.Continued)
                end++;
            if (marks[start] is not ReplyMark.None and var mark)
                names.Add(new CutOut(Words.Of(mark), mark is ReplyMark.Recipient or ReplyMark.Sender or ReplyMark.Us or ReplyMark.OurLink ? null : text[start..end].ToString()));
            start = end;
        }

        return names.DrainToImmutable();
    }

    private static ReplyMeaning MeaningOf(ReplyRule rule, in ReplyContext context) => MeaningAtStage(rule.Meaning, context.Stage, context.Reply.Code);

    private ImmutableArray<string> ClassesOf(in FoundWords found)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        for (var number = 0; number < classNames.Length; number++)
        {
            if (found.Has(number))
                names.Add(classNames[number]);
        }

        return names.DrainToImmutable();
    }

    private sealed partial class RulesByClass
    {
        public void AddHolding(List<ReplyRule> holding, int code, EnhancedCode? enhanced, SmtpStage stage, in FoundWords found)
        {
            foreach (var rule in code < 500 ? transient : permanent)
            {
                if (rule.Holds(code, enhanced, stage, found))
                    holding.Add(rule);
            }
        }
    }
}
