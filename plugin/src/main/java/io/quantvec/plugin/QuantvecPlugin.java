/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.calibration.Calibrations;
import io.quantvec.plugin.calibration.TransportStoreCalibrationAction;
import io.quantvec.plugin.codec.QuantvecCodecService;
import io.quantvec.plugin.evaluate.EvaluateLimits;
import io.quantvec.plugin.evaluate.Evaluations;
import io.quantvec.plugin.mapper.QuantizedVectorFieldMapper;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.query.AliasViews;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.QuantizedKnnQueryParser;
import io.quantvec.plugin.sample.SampleAction;
import io.quantvec.plugin.sample.TransportSampleAction;
import io.quantvec.plugin.search.SearchProfile;
import io.quantvec.plugin.settings.KeptSettingsFilter;
import io.quantvec.plugin.settings.QuantvecLimits;
import io.quantvec.plugin.settings.QuantvecSettings;
import io.quantvec.plugin.source.SourceStripper;
import io.quantvec.plugin.stats.ShardStatsReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.IndexModule;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.shard.IndexSettingProvider;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.CircuitBreakerPlugin;
import org.opensearch.plugins.EnginePlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ExecutorBuilder;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** The field type {@code quantized_vector}, the query {@code quantized_knn}, and their codec. */
public final class QuantvecPlugin extends Plugin
    implements MapperPlugin, SearchPlugin, EnginePlugin, ActionPlugin, CircuitBreakerPlugin {

  private static final Logger LOGGER = LogManager.getLogger(QuantvecPlugin.class);

  private final QuantvecNode node = new QuantvecNode();
  private volatile List<ActionFilter> actionFilters = List.of();
  private final KernelWarming kernelWarming = new KernelWarming();

  /** The constructor that the node calls. */
  public QuantvecPlugin() {}

  @Override
  public List<Setting<?>> getSettings() {
    List<Setting<?>> settings = new ArrayList<>(QuantvecLimits.settings());
    settings.add(QuantvecSettings.INDEX_QUANTIZED_VECTOR);
    settings.addAll(EvaluateLimits.settings());
    settings.add(TransportStoreCalibrationAction.MAX_BYTES);
    settings.add(KernelWarming.WARM_KERNELS_ON_START);
    return settings;
  }

  @Override
  public Collection<Object> createComponents(
      Client client,
      ClusterService clusterService,
      ThreadPool threadPool,
      ResourceWatcherService resourceWatcherService,
      ScriptService scriptService,
      NamedXContentRegistry xContentRegistry,
      Environment environment,
      NodeEnvironment nodeEnvironment,
      NamedWriteableRegistry namedWriteableRegistry,
      IndexNameExpressionResolver indexNameExpressionResolver,
      Supplier<RepositoriesService> repositoriesServiceSupplier) {
    StartMessage.log(LOGGER);
    actionFilters =
        List.of(
            new KeptSettingsFilter(
                clusterService,
                threadPool,
                indexNameExpressionResolver,
                repositoriesServiceSupplier,
                node.limits()));
    kernelWarming.start(environment.settings(), environment.tmpDir());
    node.limits().follow(clusterService.getClusterSettings());
    clusterService.addHighPriorityApplier(node.calibrations());
    clusterService
        .getClusterSettings()
        .addSettingsUpdateConsumer(
            TransportStoreCalibrationAction.MAX_BYTES, node.calibrations()::limitTo);
    return List.of(
        new ShardStatsReader(node),
        node.limits(),
        new EvaluateLimits(clusterService.getClusterSettings()));
  }

  @Override
  public Collection<IndexSettingProvider> getAdditionalIndexSettingProviders() {
    return List.of(node.limits().indexSettings());
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(QuantizedVectorFieldType.TYPE_NAME, QuantizedVectorFieldMapper.parser(node));
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(
        new QuerySpec<>(
            QuantizedKnnQueryBuilder.NAME,
            QuantizedKnnQueryBuilder::new,
            QuantizedKnnQueryParser::fromXContent));
  }

  @Override
  public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
    List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions =
        new ArrayList<>(Calibrations.actions());
    actions.add(new ActionHandler<>(SampleAction.INSTANCE, TransportSampleAction.class));
    actions.addAll(Evaluations.actions());
    actions.addAll(Monitoring.actions());
    return actions;
  }

  @Override
  public List<ActionFilter> getActionFilters() {
    return actionFilters;
  }

  private static <T> List<T> concat(List<? extends T> some, List<? extends T> others) {
    List<T> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  @Override
  public List<RestHandler> getRestHandlers(
      Settings settings,
      RestController restController,
      ClusterSettings clusterSettings,
      IndexScopedSettings indexScopedSettings,
      SettingsFilter settingsFilter,
      IndexNameExpressionResolver indexNameExpressionResolver,
      Supplier<DiscoveryNodes> nodesInCluster) {
    return concat(
        concat(Calibrations.restHandlers(), Evaluations.restHandlers()), Monitoring.restHandlers());
  }

  @Override
  public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
    return concat(Calibrations.namedWriteables(), Evaluations.namedWriteables());
  }

  @Override
  public List<NamedXContentRegistry.Entry> getNamedXContent() {
    return Calibrations.namedXContents();
  }

  @Override
  public List<ExecutorBuilder<?>> getExecutorBuilders(Settings settings) {
    return concat(Calibrations.executors(settings), Evaluations.executors(settings));
  }

  @Override
  public BreakerSettings getCircuitBreaker(Settings settings) {
    return Calibrations.breaker(settings);
  }

  @Override
  public void setCircuitBreaker(CircuitBreaker circuitBreaker) {
    node.calibrations().countWith(circuitBreaker);
  }

  /** Tells the other nodes that this one can read what the plugin puts into the cluster state. */
  @Override
  public Settings additionalSettings() {
    return Settings.builder()
        .put("node.attr." + TransportStoreCalibrationAction.NODE_ATTRIBUTE, 1)
        .build();
  }

  @Override
  public Optional<ProfileMetricsProvider> getQueryProfileMetricsProvider() {
    return Optional.of(SearchProfile::metrics);
  }

  /**
   * Only for indexes that ask for it: a second plugin with a factory for the same index would make
   * the index's creation fail.
   */
  @Override
  public Optional<CodecServiceFactory> getCustomCodecServiceFactory(IndexSettings indexSettings) {
    return QuantvecSettings.takesQuantizedVectors(indexSettings.getSettings())
        ? Optional.of(QuantvecCodecService::new)
        : Optional.empty();
  }

  /** Documents of those indexes are stored without the text of their vectors. */
  @Override
  public void onIndexModule(IndexModule indexModule) {
    if (QuantvecSettings.takesQuantizedVectors(indexModule.getSettings())) {
      indexModule.addIndexOperationListener(new SourceStripper());
      indexModule.addSearchOperationListener(new AliasViews());
      indexModule.addIndexEventListener(node.activity());
      indexModule.addIndexEventListener(node.recoveries());
    }
  }

  @Override
  public void close() {
    kernelWarming.close();
  }
}
