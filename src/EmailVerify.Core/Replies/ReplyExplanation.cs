using System.Collections.Immutable;

namespace EmailVerify.Core.Replies;

/// <summary>How a reply was read, for a person who wants to know why.</summary>
/// <param name="Finding">What <see cref="ReplyRules.Read(ReplyContext)"/> finds.</param>
/// <param name="Text">
/// The text as the rules saw it: words in one spelling, each name as its kind (<c>@recipient</c>, <c>@ip</c>, <c>@link</c> …), a sentence's end as a full stop.
/// Empty where the code alone decides.
/// </param>
/// <param name="CutOut">The names that were cut out, in the order of the text.</param>
/// <param name="Classes">The word classes that the text speaks of, in the order of the rule data; a phrase that only one rule quotes stands between apostrophes.</param>
/// <param name="Provider">Whose own rules were asked first, by its name in the rule data; null where none were.</param>
/// <param name="RunnerUp">The next rule in order that holds too, and would have decided without the first; null where there is none.</param>
public sealed record ReplyExplanation(
    ReplyFinding Finding, string Text, ImmutableArray<CutOut> CutOut, ImmutableArray<string> Classes, string? Provider, RunnerUp? RunnerUp);

/// <summary>A name that was cut out of a text before it was read, so that it is not taken for the server's words.</summary>
/// <param name="Kind">What it is: <c>recipient</c>, <c>sender</c>, <c>us</c>, <c>address</c>, <c>ip</c>, <c>link</c>, <c>our_link</c>, <c>host</c>, <c>block_list</c>, <c>code</c> or <c>noise</c>.</param>
/// <param name="Text">The name; null for what is ours, which is not shown.</param>
public sealed record CutOut(string Kind, string? Text);

/// <summary>A rule that came second.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Meaning">What the reply would mean by it.</param>
public sealed record RunnerUp(string Rule, ReplyMeaning Meaning);
