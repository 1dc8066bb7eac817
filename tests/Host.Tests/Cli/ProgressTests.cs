using EmailVerify.Core.Batches;
using EmailVerify.Host.Cli;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Cli;

public sealed class ProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly BatchStanding Half = new(
        BatchStatus.Running, new BatchCounts { Total = 1_999, Done = 999, Deliverable = 900, Undeliverable = 50, Risky = 40, Unknown = 9 }, 12.34, Now.AddSeconds(83), Pause: null);

    public static TheoryData<object, string> Lines => new()
    {
        { Half, "[#########...........] 49 %  999/1999  12.3 rows/s  1:23 left  deliverable 900, undeliverable 50, risky 40, unknown 9" },
        { Half with { EndsAt = Now.AddMinutes(125), Counts = Half.Counts with { Retrying = 7 } }, "[#########...........] 49 %  999/1999  12.3 rows/s  2:05:00 left  deliverable 900, undeliverable 50, risky 40, unknown 9; retrying 7" },
        { Half with { RowsPerSecond = 0, EndsAt = null, Status = BatchStatus.Paused, Pause = new BatchPause(BatchPauser.System, "storage_full") }, "[#########...........] 49 %  999/1999  paused: there is no room on the disk;  deliverable 900, undeliverable 50, risky 40, unknown 9" },
        { Half with { Status = BatchStatus.Completed, Counts = new BatchCounts { Total = 2, Done = 2, Risky = 2 } }, "[####################] 100 %  2/2  deliverable 0, undeliverable 0, risky 2, unknown 0" },
    };

    [Theory]
    [MemberData(nameof(Lines), DisableDiscoveryEnumeration = true)]
    public void Line_Standing_SaysIt(object standing, string line) => Assert.Equal(line, ProgressLine.Of((BatchStanding)standing, Now, columns: 200));

    [Theory]
    [InlineData(110, "49 %  999/1999  12.3 rows/s  1:23 left  deliverable 900, undeliverable 50, risky 40, unknown 9")]
    [InlineData(90, "49 %  999/1999  1:23 left  deliverable 900, undeliverable 50, risky 40, unknown 9")]
    [InlineData(79, "49 %  999/1999  deliverable 900, undeliverable 50, risky 40, unknown 9")]
    [InlineData(65, "49 %  deliverable 900, undeliverable 50, risky 40, unknown 9")]
    [InlineData(30, "49 %  deliverable 900, undeliv")]
    public void Line_OnANarrowTerminal_KeepsTheCountsLongest(int columns, string line) => Assert.Equal(line, ProgressLine.Of(Half, Now, columns));

    [Theory]
    [InlineData(0, 79)]
    [InlineData(-1, 79)]
    [InlineData(5, 20)]
    [InlineData(120, 119)]
    public void Terminal_ThatDoesNotTellItsWidth_HasEightyColumns(int columns, int line) => Assert.Equal(line, Terminal.LineOf(columns));

    [Fact]
    public async Task Report_Elsewhere_EndsWithTheTotals()
    {
        using var error = new StringWriter();
        var report = new ProgressReport(error, () => null, new FakeTimeProvider(Now));
        await report.ShowAsync(Half);
        await report.ShowAsync(Half with { Status = BatchStatus.Completed, Counts = Half.Counts with { Done = 1_999, Unknown = 1_009 } });
        await report.EndAsync();
        Assert.Equal("100 %  1999/1999  deliverable 900, undeliverable 50, risky 40, unknown 1009", error.ToString().TrimEnd());
    }

    [Fact]
    public async Task Report_OnATerminal_DrawsAtMostFiveTimesASecondAndNeverBeyondItsWidth()
    {
        using var error = new StringWriter();
        var clock = new FakeTimeProvider(Now);
        var report = new ProgressReport(error, () => 30, clock);
        for (var at = 0; at < 20; at++)
        {
            await report.ShowAsync(Half);
            clock.Advance(TimeSpan.FromMilliseconds(50));
        }

        await report.EndAsync();
        var drawn = error.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("49 %", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, drawn.Count);
        Assert.All(drawn, line => Assert.Equal(30, line.IndexOf('\u001b', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Report_OnATerminal_AlwaysShowsTheEnd()
    {
        using var error = new StringWriter();
        var report = new ProgressReport(error, () => 200, new FakeTimeProvider(Now));
        await report.ShowAsync(Half);
        await report.ShowAsync(Half with { Status = BatchStatus.Completed, Counts = Half.Counts with { Done = 1_999 } });
        await report.EndAsync();
        Assert.Contains("1999/1999", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_Elsewhere_IsAPlainLineEachTenSeconds()
    {
        using var error = new StringWriter();
        var clock = new FakeTimeProvider(Now);
        var report = new ProgressReport(error, () => null, clock);
        for (var at = 0; at < 50; at++)
        {
            await report.ShowAsync(Half);
            clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        await report.EndAsync();
        var lines = error.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.StartsWith("49 %  999/1999", lines[0], StringComparison.Ordinal);
    }
}
