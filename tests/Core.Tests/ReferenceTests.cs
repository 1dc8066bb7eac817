namespace EmailVerify.Core.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Core_References_OnlyTheFramework() =>
        Assert.All(typeof(Id).Assembly.GetReferencedAssemblies(), name => Assert.StartsWith("System.", name.Name, StringComparison.Ordinal));
}
