using EmailVerify.Grains.Lanes;

namespace EmailVerify.Grains.Tests.Wire;

public sealed class MethodTests
{
    private static readonly Type[] Interfaces = [.. typeof(ILaneGrain).Assembly.GetTypes().Where(type => type.IsInterface && type != typeof(IGrain) && typeof(IGrain).IsAssignableFrom(type))];

    // The Orleans Dashboard looks at a grain's state by calling what takes nothing and gives a Task, and wakes the grain by that, whatever it then does.
    [Fact]
    public void Methods_ThatTakeNothing_GiveNoTask()
    {
        Assert.NotEmpty(Interfaces);
        Assert.Empty(Interfaces.SelectMany(type => type.GetMethods()).Where(method => method.GetParameters().Length == 0 && typeof(Task).IsAssignableFrom(method.ReturnType)).Select(method => $"{method.DeclaringType}.{method.Name}"));
    }
}
