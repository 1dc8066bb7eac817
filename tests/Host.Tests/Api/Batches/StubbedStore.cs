using System.Reflection;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Tests.Api.Batches;

/// <summary>A store that fails where a test says; else another one does the work.</summary>
public class StubbedStore : DispatchProxy
{
    private object? inner;
    private Func<string, Exception?> onCall = _ => null;
    private Func<string, object?>? answer;

    /// <param name="inner">Who does the work, or null.</param>
    /// <param name="onCall">What a call of a method is to fail with, or null.</param>
    public static IBatchStore Of(IBatchStore? inner, Func<string, Exception?> onCall) => Of<IBatchStore>(inner, onCall);

    /// <inheritdoc cref="Of(IBatchStore?, Func{string, Exception?})"/>
    public static TStore Of<TStore>(TStore? inner, Func<string, Exception?> onCall)
        where TStore : class => Of(inner, onCall, answer: null);

    /// <param name="inner">Who does the work.</param>
    /// <param name="answer">What a call of a method is answered; where that is null, the other store is asked.</param>
    public static TStore Answering<TStore>(TStore inner, Func<string, object?> answer)
        where TStore : class => Of(inner, _ => null, answer);

    /// <param name="answer">What a call of a method is answered; nobody else is asked.</param>
    public static IBatchStore Of(Func<string, object?> answer)
    {
        var store = Create<IBatchStore, StubbedStore>();
        ((StubbedStore)(object)store).answer = answer;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (onCall(targetMethod!.Name) is { } failure)
            throw failure;
        var answered = answer?.Invoke(targetMethod.Name);
        return answered is null && inner is not null ? targetMethod.Invoke(inner, args) : answered;
    }

    private static TStore Of<TStore>(TStore? inner, Func<string, Exception?> onCall, Func<string, object?>? answer)
        where TStore : class
    {
        var store = Create<TStore, StubbedStore>();
        ((StubbedStore)(object)store).inner = inner;
        ((StubbedStore)(object)store).onCall = onCall;
        ((StubbedStore)(object)store).answer = answer;
        return store;
    }
}
