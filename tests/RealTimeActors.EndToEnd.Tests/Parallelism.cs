// Most of the time these tests wait for processes, browsers and timers: twice as many at once as a machine of two cores would be given.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("RealTimeActors.EndToEnd.Tests.LongestFirst", "RealTimeActors.EndToEnd.Tests")]
