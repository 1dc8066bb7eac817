using System.Text.Json;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Core.Tests.Verdicts;

public sealed class EvidenceJsonTests
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 11, 24, 11, 9, 12, 4, TimeSpan.FromHours(1)).AddTicks(9_999);

    private static readonly Evidence Full = new(
        At,
        SmtpStage.Rcpt,
        ["mx1.example.com", "mx2.example.com"],
        "mx1.example.com",
        "192.0.2.25",
        "eg-1",
        "TLS 1.3",
        new ReplyEvidence(451, "4.7.1", "<recipient>: greylisted, \"ждите\" 300 seconds"),
        ReplyMeaning.Greylisted,
        "generic/greylist-seconds",
        At.AddMinutes(6),
        [new DecoyEvidence(new ReplyEvidence(550, null, "no"), ReplyMeaning.NoSuchMailbox)],
        TimeSpan.FromMilliseconds(288.9));

    [Fact]
    public void Write_Everything_IsTheShapeThatIsStored() =>
        Assert.Equal(
            """
            [{"at":"2026-11-24T10:09:12.004Z","stage":"rcpt","route":["mx1.example.com","mx2.example.com"],"exchanger":"mx1.example.com","address":"192.0.2.25",
            "egress":"eg-1","tls":"TLS 1.3","reply":{"code":451,"enhanced":"4.7.1","text":"<recipient>: greylisted, \"ждите\" 300 seconds"},
            "meaning":"greylisted","about":"us","rule":"generic/greylist-seconds","retry_at":"2026-11-24T10:15:12.004Z",
            "decoys":[{"reply":{"code":550,"enhanced":null,"text":"no"},"meaning":"no_such_mailbox"}],"duration_ms":288}]
            """.ReplaceLineEndings(""),
            EvidenceJson.Write([Full]));

    [Fact]
    public void Write_ARouteWithAHole_SaysSoAndComesBack()
    {
        var json = EvidenceJson.Write([Full with { IsRouteWhole = false }]);

        Assert.Contains("\"route_incomplete\":true", json, StringComparison.Ordinal);
        Assert.False(EvidenceJson.Read(json)[0].IsRouteWhole);
        Assert.True(EvidenceJson.Read(EvidenceJson.Write([Full]))[0].IsRouteWhole);
    }

    [Fact]
    public void Write_AHostThatWasReadAsAnother_SaysAsWhichAndComesBack()
    {
        var json = EvidenceJson.Write([Full with { ReadAs = "mx.yandex.net" }]);

        Assert.Contains("\"read_as\":\"mx.yandex.net\"", json, StringComparison.Ordinal);
        Assert.Equal("mx.yandex.net", EvidenceJson.Read(json)[0].ReadAs);
        Assert.Null(EvidenceJson.Read(EvidenceJson.Write([Full]))[0].ReadAs);
    }

    [Fact]
    public void Write_Nothing_SaysNull()
    {
        var nothing = new Evidence(At, SmtpStage.Connect, [], null, null, null, null, null, null, "no_connect", null, [], TimeSpan.Zero);
        Assert.Equal(
            """[{"at":"2026-11-24T10:09:12.004Z","stage":"connect","route":[],"exchanger":null,"address":null,"egress":null,"tls":null,"reply":null,"meaning":null,"about":null,"rule":"no_connect","retry_at":null,"decoys":[],"duration_ms":0}]""",
            EvidenceJson.Write([nothing]));
        Assert.Equal("[]", EvidenceJson.Write([]));
    }

    [Fact]
    public void Write_SignsAndTheCatchAllChance_StandThereWhereThereIsSomethingToSay()
    {
        var signed = Full with { Signs = Signs.BackupExchanger | Signs.DecoysDelayed, CatchAllChance = 0.02272727 };
        var json = EvidenceJson.Write([signed]);

        Assert.EndsWith(""","duration_ms":288,"catch_all_chance":0.023,"signs":["backup_exchanger","decoys_delayed"]}]""", json, StringComparison.Ordinal);
        var read = Assert.Single(EvidenceJson.Read(json));
        Assert.Equal((signed.Signs, 0.023), (read.Signs, read.CatchAllChance));
        Assert.Equal(Signs.RefusalDoubted, Assert.Single(EvidenceJson.Read("""[{"signs":["moved_to_the_moon","refusal_doubted"]}]""")).Signs);
    }

    [Fact]
    public void Read_Written_IsTheSame()
    {
        var json = EvidenceJson.Write([Full, Full]);
        Assert.Equal(json, EvidenceJson.Write(EvidenceJson.Read(json)));
    }

    [Fact]
    public void Read_OfAnOlderOrNewerVersion_TakesWhatItKnows()
    {
        var read = Assert.Single(EvidenceJson.Read("""[{"stage":"over_quic","weather":{"rain":true},"reply":{"code":250},"meaning":"mailbox_asleep","decoys":[{}]}]"""));
        Assert.Equal(SmtpStage.Unknown, read.Stage);
        Assert.Equal(new ReplyEvidence(250, null, ""), read.Reply);
        Assert.Equal(ReplyMeaning.Other, read.Meaning);
        Assert.Equal(new DecoyEvidence(new ReplyEvidence(0, null, ""), ReplyMeaning.Other), Assert.Single(read.Decoys));
        Assert.Empty(read.Route);
        Assert.Null(read.RetryAt);
        Assert.Null(Assert.Single(EvidenceJson.Read("[{}]")).Meaning);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"at\":\"yesterday\"}]")]
    [InlineData("")]
    public void Read_NoEvidence_IsADefect(string json) => Assert.Throws<JsonException>(() => EvidenceJson.Read(json));
}
