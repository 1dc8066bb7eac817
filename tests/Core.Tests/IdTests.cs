using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Core.Tests;

public sealed class IdTests
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly DateTimeOffset At = new(2026, 11, 24, 10, 9, 12, 4, TimeSpan.Zero);

    // RFC 9562 5.7: 48 bits of milliseconds, the version, 12 random bits, the variant, 62 random bits.
    [Fact]
    public void New_IsAVersion7Uuid()
    {
        var clock = new FakeTimeProvider(At);
        for (var number = 0; number < 1_000; number++)
        {
            var id = Id.New("ver", clock);
            var bits = BitsOf(id);
            Assert.True(Id.HasForm(id, "ver"), id);
            Assert.Equal(At.ToUnixTimeMilliseconds(), (long)(bits >> 80));
            Assert.Equal(7, (int)(bits >> 76) & 15);
            Assert.Equal(2, (int)(bits >> 62) & 3);
        }
    }

    [Fact]
    public async Task New_OnSeveralThreads_IsNeverTheSame()
    {
        var clock = new FakeTimeProvider(At);
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 2_000).Select(_ => Id.New("ver", clock)).ToArray())));
        Assert.Equal(16_000, made.SelectMany(ids => ids).Distinct(StringComparer.Ordinal).Count());

        // Every random bit is now set and now not.
        var all = made.SelectMany(ids => ids).Select(BitsOf).ToArray();
        Assert.Equal(74, (int)UInt128.PopCount(all.Aggregate((one, other) => one | other) ^ all.Aggregate((one, other) => one & other)));
    }

    [Theory]
    [InlineData("bat_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true)]
    [InlineData("bat_8ZZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [InlineData("bat_ZZZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [InlineData("bat_7ZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [InlineData("bat_7ZZZZZZZZZZZZZZZZZZZZZZZZL", false)]
    [InlineData("bat_7ZZZZZZZZZZZZZZZZZZZZZZZZU", false)]
    [InlineData("ver_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [InlineData(null, false)]
    public void HasForm_OfAnyText_IsThatOf128Bits(string? text, bool expected) => Assert.Equal(expected, Id.HasForm(text, "bat"));

    [Fact]
    public void New_Later_SortsBehind()
    {
        var clock = new FakeTimeProvider(At);
        var earlier = Id.New("ver", clock);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(string.CompareOrdinal(earlier, Id.New("ver", clock)) < 0);
    }

    [Fact]
    public void FirstAt_ATime_PartsTheIdsBeforeItFromThoseFromItOn()
    {
        var clock = new FakeTimeProvider(At);
        var made = Id.New("ver", clock);
        Assert.True(string.CompareOrdinal(Id.FirstAt("ver", At), made) < 0);
        Assert.True(string.CompareOrdinal(Id.FirstAt("ver", At.AddTicks(1)), made) > 0);
        Assert.Equal(Id.FirstAt("ver", At.AddMilliseconds(1)), Id.FirstAt("ver", At.AddTicks(1)));
        Assert.Equal("ver_00000000000000000000000000", Id.FirstAt("ver", DateTimeOffset.MinValue));
        Assert.True(string.CompareOrdinal(Id.FirstAt("ver", DateTimeOffset.MaxValue), "ver_7ZZZZZZZZZZZZZZZZZZZZZZZZZ") < 0);
    }

    private static UInt128 BitsOf(string id) =>
        id[4..].Aggregate(UInt128.Zero, (bits, character) => (bits << 5) | (uint)Crockford.IndexOf(character, StringComparison.Ordinal));
}
