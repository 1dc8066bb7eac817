using System.Globalization;

namespace EmailVerify.Adapters.Tests.Sqlite;

[Trait("Pace", "slow")]
public sealed class DurabilityTests(ITestOutputHelper output)
{
    private const int Kills = 4;

    [Fact(Timeout = 60_000)]
    public async Task SaveAsync_ProcessKilledAtRandomInstants_EverythingAcknowledgedIsThere()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var temporary = TemporaryDatabase.Open();
        await temporary.CloseAsync();
        var acknowledged = new HashSet<long>();
        long last = 0;
        var hits = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = ChildProcess.Start(ChildProcess.Save, temporary.Path, last);
            var left = random.Next(1, 1_000);
            var begun = 0;
            var saved = 0;
            while (await child.Output.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                // The kill cuts the last line where it pleases; a cut one acknowledges nothing.
                var words = line.Split(' ');
                if (words is ["saved", var number] && Number(number) is var done && done <= last)
                {
                    _ = acknowledged.Add(done);
                    saved++;
                }
                else if (words is ["begin", var begins])
                {
                    last = Math.Max(last, Number(begins));
                    begun++;
                }

                if (--left == 0)
                    child.Kill();
            }

            Assert.NotEqual(0, await child.EndAsync(TestContext.Current.CancellationToken));
            hits += begun > saved ? 1 : 0;

            temporary.OpenAgain();
            var stored = await temporary.Database.ReadAsync(
                session => session.All("SELECT id FROM verifications", row => Samples.NumberOf(row.GetString(0))), TestContext.Current.CancellationToken);
            await temporary.CloseAsync();
            Assert.Empty(acknowledged.Except(stored));
        }

        output.WriteLine($"{acknowledged.Count} acknowledged, {hits} of {Kills} kills with writes open");
        Assert.True(hits > 0, "No kill met an open write: nothing was shown.");
    }

    [Fact(Timeout = 60_000)]
    public async Task SaveAsync_DiskFull_RefusesReadsOnAndRecovers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a small file system of its own.");
        var directory = Directory.CreateTempSubdirectory("emailverify-tests-");
        try
        {
            // A mount namespace of its own: the small disk is gone with the child, however it ends.
            using var child = ChildProcess.Start(
                ChildProcess.Fill, directory.FullName, 0, "unshare", "--mount", "--map-root-user", "sh", "-c", $"mount -t tmpfs -o size=4m tmpfs '{directory.FullName}' && exec \"$0\"");
            var said = await child.Output.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal("full True True\nrecovered True ok\n", said);
            Assert.Equal(0, await child.EndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static long Number(string word) => long.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
