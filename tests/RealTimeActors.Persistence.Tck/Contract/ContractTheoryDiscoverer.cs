using Xunit.Abstractions;
using Xunit.Sdk;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>Finds the theories of a contract.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink sink) : IXunitTestCaseDiscoverer
{
    private readonly TheoryDiscoverer _theories = new(sink);

    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsPostgreSqlAttribute.WhyNot(testMethod) is { } reason ? [new SkippedTestCase(sink, testMethod, reason)] : _theories.Discover(discoveryOptions, testMethod, factAttribute);
}
