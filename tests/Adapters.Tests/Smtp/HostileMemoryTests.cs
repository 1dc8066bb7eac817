using System.Text;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Smtp;

/// <summary>What is allocated is counted for the whole process: nothing else may run beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>A hostile server costs bounded memory.</summary>
[Collection(nameof(Alone))]
public sealed class HostileMemoryTests
{
    [Fact]
    public async Task Line_OfAGigabyte_IsNonsenseAndTakesNoMemory()
    {
        var sent = 0L;
        await using var host = new MailHost(async side =>
        {
            var piece = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
            await side.SayAsync("220 "u8.ToArray());
            for (; sent < 1 << 30; sent += piece.Length)
                await side.SayAsync(piece);
        });
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(LossCause.Nonsense, await Asking.LossAsync(host));
        Assert.InRange(sent, 0, 64 << 20);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 << 20);
    }
}
