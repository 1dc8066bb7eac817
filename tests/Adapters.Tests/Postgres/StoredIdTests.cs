using CsCheck;
using EmailVerify.Adapters.Postgres;
using EmailVerify.Core;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Postgres;

public sealed class StoredIdTests
{
    private static readonly Gen<string> Made = Gen.Long[0, 4_102_444_800_000].Select(milliseconds => Id.New("ver", new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))));

    [Fact]
    public void Text_OfAnId_IsTheId() => Made.Sample(text => string.Equals(StoredId.Text(StoredId.Of(text, "ver"), "ver"), text, StringComparison.Ordinal));

    [Fact]
    public void Of_TwoIds_SortAsTheirTexts() =>
        Gen.Select(Made, Made).Sample((one, other) => Math.Sign(StoredId.Of(one, "ver").CompareTo(StoredId.Of(other, "ver"))) == Math.Sign(string.CompareOrdinal(one, other)));

    [Fact]
    public void Month_OfAnId_IsThatOfItsMaking() =>
        Gen.Long[0, 4_102_444_800_000].Select(DateTimeOffset.FromUnixTimeMilliseconds).Sample(at =>
        {
            var id = StoredId.Of(Id.New("ver", new FakeTimeProvider(at)), "ver");
            var month = IdMonth.Of(id);
            return (month.Begin.Year, month.Begin.Month) == (at.Year, at.Month) && id.CompareTo(month.Least) >= 0 && id.CompareTo(month.After(1).Least) < 0;
        });

    [Theory]
    [InlineData("ver_00000000000000000000000000", false)]
    [InlineData("ver_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", false)]
    [InlineData("ver_01M86PTPG00000000000000000", true)]
    public void IsSane_MonthOfAnyOctets_IsToldWithoutAFailure(string id, bool expected) => Assert.Equal(expected, IdMonth.Of(StoredId.Of(id, "ver")).IsSane);

    [Theory]
    [InlineData("ver_8ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("bat_01M86PTPG00000000000000000")]
    [InlineData(null)]
    public void Of_NoSuchId_IsADefect(string? text) => Assert.Throws<ArgumentException>(() => StoredId.Of(text!, "ver"));
}
