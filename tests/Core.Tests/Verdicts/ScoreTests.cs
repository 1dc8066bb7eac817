using System.Text.RegularExpressions;
using CsCheck;
using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed partial class ScoreTests
{
    private static readonly Gen<double> Chance = Gen.Double[0, 1];
    private static readonly Gen<Signs> AnySigns = Gen.Int[0, 2_047].Select(bits => (Signs)bits);
    private static readonly Gen<Acceptance> AnyAcceptance = Gen.Select(Chance, Gen.Bool, Gen.Bool, AnySigns, (chance, truth, disposable, signs) => new Acceptance(chance, truth, disposable, signs));

    [Fact]
    public void Of_WhatAUserSees_IsTheEstimateOfTheData()
    {
        Assert.Equal(97, Judge.Final(VerdictReason.AcceptedEmail).Score);
        Assert.Equal(60, Judge.Final(VerdictReason.Disposable).Score);
        Assert.Equal(1, Judge.Final(VerdictReason.RejectedEmail).Score);
        Assert.Equal(55, Score.Default.Of(new Acceptance(0.964, false, false, Signs.None)));
        Assert.Equal(97, Score.Default.Of(new Acceptance(Score.Default.WhereNoDecoyIsNeeded, true, false, Signs.None)));
        Assert.Equal((60, 80), (Score.Default.Of(VerdictReason.Greylisted), Score.Default.Of(VerdictReason.Greylisted, Signs.KnownOnlyGreylisting)));
    }

    [Fact]
    public void Of_FallsWithTheCatchAllChance() => Gen.Select(AnyAcceptance, Chance).Sample((acceptance, other) =>
        acceptance.CatchAllChance <= other ? Score.Default.Of(acceptance) >= Score.Default.Of(acceptance with { CatchAllChance = other })
            : Score.Default.Of(acceptance) <= Score.Default.Of(acceptance with { CatchAllChance = other }));

    [Fact]
    public void Of_Truthfulness_NeverLowersIt() => AnyAcceptance.Sample(acceptance =>
        Score.Default.Of(acceptance with { TellsTheTruth = true }) >= Score.Default.Of(acceptance with { TellsTheTruth = false }));

    [Fact]
    public void Of_ADisposableDomain_NeverRaisesIt() => AnyAcceptance.Sample(acceptance =>
        Score.Default.Of(acceptance with { IsDisposable = true }) <= Score.Default.Of(acceptance with { IsDisposable = false }));

    [Fact]
    public void Of_Whatever_IsAPercentage() => AnyAcceptance.Sample(acceptance => Score.Default.Of(acceptance) is >= 0 and <= 100);

    [Fact]
    public void Aged_AnOlderVerdict_IsNeverHigher() => Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100_000], Gen.Int[0, 100_000]).Sample((score, hours, more) =>
        Score.Default.Aged(score, TimeSpan.FromHours(hours + more)) <= Score.Default.Aged(score, TimeSpan.FromHours(hours)) && Score.Default.Aged(score, TimeSpan.FromHours(hours)) <= score);

    [Fact]
    public void Aged_AfterTheLongestTimeThatAVerdictIsServed_LosesOnePoint() => Assert.Equal(96, Score.Default.Aged(97, TimeSpan.FromDays(14)));

    [Fact]
    public void Of_ADeliverable_IsMoreThanAnyRiskyOrUndeliverable()
    {
        // The least that "refuses decoys" can be believed by, a week old.
        var now = DateTimeOffset.UnixEpoch;
        var refuses = CatchAllFinding.None.With([new DecoyObservation(DecoyShape.Digits, ReplyMeaning.NoSuchMailbox)], now).ChanceAt(now.AddDays(7));
        var least = Score.Default.Of(new Acceptance(refuses, false, false, Signs.None));

        Assert.True(least > Score.Default.Of(new Acceptance(CatchAllFinding.Prior, false, false, Signs.None)));
        Assert.All(Enum.GetValues<VerdictReason>(), reason =>
        {
            var final = Judge.Final(reason);
            if (final.Status is not VerdictStatus.Deliverable)
                Assert.True(final.Score < least, $"{reason}: {final.Score}");
            if (final.Status is VerdictStatus.Undeliverable)
                Assert.InRange(final.Score, 0, Score.MostOfUndeliverable);
        });
    }

    [Theory]
    [InlineData("\"version\"", "\"edition\"")]
    [InlineData("\"rejected_email\": { \"value\": 1,", "\"rejected_email\": { \"value\": 6,")]
    [InlineData("\"rejected_email\"", "\"rejected_male\"")]
    [InlineData("\"null_mx\": {", "\"null_mx\": { \"unit\": 1,")]
    [InlineData("\"source\": \"RFC 7505\"", "\"source\": \"\"")]
    [InlineData("\"value\": 99.2", "\"value\": 98")]
    [InlineData("\"value\": 55", "\"value\": 155")]
    public void Parse_DataThatBreakARule_IsRefused(string was, string becomes)
    {
        var data = Data();
        Assert.Contains(was, data, StringComparison.Ordinal);

        _ = Score.Parse(data);
        _ = Assert.Throws<FormatException>(() => Score.Parse(data.Replace(was, becomes, StringComparison.Ordinal)));
    }

    [Fact]
    public void Data_NameTheirUnits() => Assert.All(
        Keys().Matches(Data()[Data().IndexOf("\"acceptance\"", StringComparison.Ordinal)..Data().IndexOf("\"percent_by_reason\"", StringComparison.Ordinal)]).Select(match => match.Groups["key"].Value),
        key => Assert.Matches("percent|factor", key));

    private static string Data()
    {
        using var reader = new StreamReader(typeof(Score).Assembly.GetManifestResourceStream("rules.score.json")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("\"(?<key>[a-z_]+)\": \\{ \"value\"", RegexOptions.None, 1_000)]
    private static partial Regex Keys();
}
