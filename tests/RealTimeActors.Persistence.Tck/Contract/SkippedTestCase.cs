using Xunit.Abstractions;
using Xunit.Sdk;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>A test that cannot be run here, and is counted as skipped.</summary>
public sealed class SkippedTestCase : XunitTestCase
{
    private string _reason = "";

    [Obsolete("Only for the runner, which reads it back.", error: true)]
    public SkippedTestCase()
    {
    }

    internal SkippedTestCase(IMessageSink sink, ITestMethod method, string reason)
        : base(sink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method) => _reason = reason;

    public override void Serialize(IXunitSerializationInfo data)
    {
        base.Serialize(data);
        data.AddValue("Reason", _reason);
    }

    public override void Deserialize(IXunitSerializationInfo data)
    {
        _reason = data.GetValue<string>("Reason");
        base.Deserialize(data);
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) => _reason;
}
