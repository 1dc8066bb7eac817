using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Core.Replies;

/// <summary>The file <c>replies.words.json</c>: the version of the whole rule set, and its vocabulary.</summary>
internal sealed record WordsFile(string Version, WordClassData[] Classes);

/// <summary>A word class: phrases of all languages that say the same.</summary>
/// <param name="Name">What rules call it.</param>
/// <param name="Phrases">The phrases, in any spelling; an asterisk at an end stands for the rest of a word; <c>@recipient</c> and the like for names.</param>
/// <param name="Claims">Whether a phrase takes its words away from shorter ones inside it.</param>
/// <param name="NamesUs">Whether the words name us beyond doubt.</param>
/// <param name="Includes">Other classes, whose phrases it has too, but not what those claim or name.</param>
internal sealed record WordClassData(string Name, string[] Phrases, bool Claims = false, bool NamesUs = false, string[]? Includes = null);

/// <summary>The file <c>replies.providers.json</c>.</summary>
internal sealed record ProvidersFile(ProviderData[] Providers);

/// <summary>What one provider's own words mean.</summary>
/// <param name="Name">Its name in the provider catalogue, which knows its exchangers.</param>
/// <param name="Marks">Words that only its replies have: they show it behind a vanity exchanger.</param>
/// <param name="Rules">Its rules, in the order of decision.</param>
/// <param name="Also">Other names of the catalogue whose servers speak alike.</param>
internal sealed record ProviderData(string Name, string[] Marks, RuleData[] Rules, string[]? Also = null);

/// <summary>The files <c>replies.general.json</c> and <c>replies.codes.json</c>.</summary>
internal sealed record RulesFile(RuleData[] Rules);

/// <summary>One rule. All of its conditions must hold; a list holds when one of its entries does, or when it is not there.</summary>
/// <param name="Id">Unique: group, slash, name.</param>
/// <param name="Meaning">A word of <see cref="ReplyMeaning"/>; never <c>mailbox_exists</c>.</param>
/// <param name="Source">Where the fact comes from.</param>
/// <param name="Example">A reply that this rule, and no earlier one, decides.</param>
/// <param name="Codes">Basic codes: <c>550</c>, <c>4xx</c>.</param>
/// <param name="Enhanced">Enhanced codes: <c>5.1.1</c>, <c>x.1.x</c>, <c>5.7.606-649</c>.</param>
/// <param name="Stages">Words of <see cref="SmtpStage"/>.</param>
/// <param name="Says">What the text must say, see <see cref="Saying"/>.</param>
/// <param name="Unless">What the text must not say.</param>
/// <param name="Not">A reply that resembles the example, and that this rule must leave to another.</param>
internal sealed record RuleData(
    string Id,
    string Meaning,
    string Source,
    ExampleData Example,
    ExampleData Not,
    string[]? Codes = null,
    string[]? Enhanced = null,
    string[]? Stages = null,
    string[]? Says = null,
    string[]? Unless = null);

/// <summary>An example in our own words: the stage is <c>rcpt</c> and the exchanger the provider's first, unless given.</summary>
internal sealed record ExampleData(int Code, string Text, string? Enhanced = null, string? Stage = null);

/// <summary>Reads the files strictly: an unknown or a missing key is a defect of the data and fails the load.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WordsFile))]
[JsonSerializable(typeof(ProvidersFile))]
[JsonSerializable(typeof(RulesFile))]
internal sealed partial class RuleJson : JsonSerializerContext;
