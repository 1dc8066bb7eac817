using EmailVerify.Core.Doctor;
using EmailVerify.Host.Cli;

namespace EmailVerify.Host.Tests.Cli;

public sealed class DoctorTextTests
{
    private static readonly Check Fine = new("resolver", CheckState.Ok, "127.0.0.1:53 answers.", "Why it matters.");
    private static readonly Check Ailing = new("port_25", CheckState.Failed, "Port 25 seems closed.", "Mailboxes are asked about at port 25.") { Cure = "Ask your provider.", Subject = "eg-1", StopsWork = true };

    [Fact]
    public void Of_WhatAils_SaysWhyAndWhatToDoBelowTheLines() => Assert.Equal(
        """
        ok       resolver           127.0.0.1:53 answers.
        failed   port_25      eg-1  Port 25 seems closed.

        port_25 of eg-1
          Why: Mailboxes are asked about at port 25.
          Do:  Ask your provider.

        Unable (1 failed): as it is, nearly every answer would be unknown, or none could be kept.

        """.ReplaceLineEndings("\n"),
        Of(Fine, Ailing));

    [Fact]
    public void Of_CuresThatNameSettings_SaysOnceHowTheyAreGiven()
    {
        var text = Of(Ailing with { Cure = "Set EmailVerify:Smtp:Port." }, Ailing with { Cure = "Set EmailVerify:Dns:Servers." });
        Assert.EndsWith(
            """

            Settings are given as --EmailVerify:Egresses:0:HeloName=VALUE on the command line, or in the
            environment as EmailVerify__Egresses__0__HeloName=VALUE.

            Unable (2 failed): as it is, nearly every answer would be unknown, or none could be kept.

            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal);
        Assert.Equal(2, text.Split("EmailVerify__").Length);
    }

    [Fact]
    public void Of_WhereAllIsWell_IsLinesAndAVerdict() => Assert.Equal("ok       resolver     127.0.0.1:53 answers.\n\nAble to verify.\n", Of(Fine));

    [Theory]
    [InlineData(CheckState.Warning, "Able to verify (1 warning).")]
    [InlineData(CheckState.Failed, "Degraded (1 failed): it verifies, and some answers are worse than they could be.")]
    [InlineData(CheckState.Skipped, "Able to verify.")]
    public void Of_OneCheck_EndsWithTheVerdict(CheckState state, string end) => Assert.EndsWith($"\n{end}\n", Of(Fine with { State = state }), StringComparison.Ordinal);

    [Fact]
    public void Of_ALongSentence_IsFoldedBelowItself()
    {
        var lines = Of(Ailing with { Cure = string.Join(' ', Enumerable.Repeat("word", 60)) }).Split('\n').Where(line => line.Contains("word", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 100));
        Assert.All(lines.Skip(1), line => Assert.StartsWith("       word", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_OnATerminal_PaintsTheStateAndNothingElse() => Assert.StartsWith(
        "\u001b[31mfailed \u001b[0m  port_25      eg-1  Port 25 seems closed.\n", DoctorText.Of(new DoctorReport(DateTimeOffset.UnixEpoch, [Ailing]), Palette.Coloured), StringComparison.Ordinal);

    [Fact]
    public void Of_WhatAHostOrAServiceSaid_CannotMoveTheCursor() => Assert.DoesNotContain(
        '\u001b', Of(Ailing with { Id = "\u001b[2J", Subject = "\u001b[2J", Seen = "a host said \u001b[2J", Why = "\u001b[2J", Cure = "\u001b[2J" }));

    [Fact]
    public void Of_NoChecks_IsAVerdict() => Assert.Equal("\nAble to verify.\n", Of());

    private static string Of(params Check[] checks) => DoctorText.Of(new DoctorReport(DateTimeOffset.UnixEpoch, [.. checks]), Palette.Plain);
}
