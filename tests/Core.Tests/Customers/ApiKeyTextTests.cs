using CsCheck;
using EmailVerify.Core.Customers;

namespace EmailVerify.Core.Tests.Customers;

public sealed class ApiKeyTextTests
{
    // The vector of the API's reference.
    private const string Vector = "ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B";

    [Fact]
    public void HasForm_Vector_Has() => Assert.True(ApiKeyText.HasForm(Vector));

    [Theory]
    [InlineData("")]
    [InlineData("ev_live_")]
    [InlineData("ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64")]
    [InlineData("ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64BB")]
    [InlineData("ev_test_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B")]
    [InlineData("ev_prod_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B")]
    [InlineData("EV_LIVE_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B")]
    [InlineData("ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1P-3XU64B")]
    public void HasForm_Other_HasNot(string text) => Assert.False(ApiKeyText.HasForm(text));

    [Fact]
    public void HasForm_OneCharacterChanged_HasNot() => Gen.Select(Gen.Int[0, ApiKeyText.Length - 1], Gen.Char.AlphaNumeric)
        .Where((at, character) => Vector[at] != character)
        .Sample((at, character) => !ApiKeyText.HasForm(Vector[..at] + character + Vector[(at + 1)..]));

    [Theory]
    [InlineData(true, "ev_test_")]
    [InlineData(false, "ev_live_")]
    public void New_Key_HasFormAndIsNew(bool test, string prefix)
    {
        var (one, other) = (ApiKeyText.New(test), ApiKeyText.New(test));
        Assert.StartsWith(prefix, one, StringComparison.Ordinal);
        Assert.True(ApiKeyText.HasForm(one) && ApiKeyText.HasForm(other));
        Assert.Equal(test, ApiKeyText.IsTest(one));
        Assert.NotEqual(one, other, StringComparer.Ordinal);
    }

    [Fact]
    public void Hash_Key_IsItsSha256()
    {
        var hash = new byte[32];
        ApiKeyText.Hash("abc", hash);
        Assert.Equal("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Convert.ToHexString(hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => ApiKeyText.Hash(new string('a', ApiKeyText.MaxLength + 1), hash));
    }

    [Fact]
    public void CustomerIds_InTest_AreAWorldApart()
    {
        Assert.True(CustomerIds.IsTest(CustomerIds.InTest(CustomerIds.Default)));
        Assert.False(CustomerIds.IsTest(CustomerIds.Default));
    }
}
