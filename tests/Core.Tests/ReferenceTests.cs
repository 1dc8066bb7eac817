namespace EmailVerify.Core.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Core_References_OnlyTheFramework() =>
        Assert.All(typeof(Id).Assembly.GetReferencedAssemblies(), name => Assert.True(IsFramework(name.Name!), name.Name));

    // Coverage adds a reference to netstandard.
    private static bool IsFramework(string name) => name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard";
}
