using System.Reflection;

namespace EmailVerify.Host.Tests.OpenApi;

/// <summary>A collection that shares the machine with no other: it comes when all others have been.</summary>
[CollectionDefinition(nameof(Last), DisableParallelization = true)]
public sealed class Last;

/// <summary>A documented answer that no test can produce is a claim. Where only some tests were asked for, nothing can be said.</summary>
[Collection(nameof(Last))]
public sealed class ContractCoverageTests
{
    [Fact]
    public void Answers_Documented_AreEachGivenInSomeTest()
    {
        Assert.SkipUnless(ContractCoverage.AllRanBut((MethodInfo)MethodBase.GetCurrentMethod()!), "Only some tests have run.");
        Assert.Empty(ContractCoverage.Missing(CurrentContract.Made!).Order(StringComparer.Ordinal));
    }
}
