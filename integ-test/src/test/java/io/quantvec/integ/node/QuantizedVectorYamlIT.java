/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import com.carrotsearch.randomizedtesting.annotations.Name;
import com.carrotsearch.randomizedtesting.annotations.ParametersFactory;
import org.opensearch.test.rest.yaml.ClientYamlTestCandidate;
import org.opensearch.test.rest.yaml.OpenSearchClientYamlSuiteTestCase;

/** Runs the suites of {@code rest-api-spec} with OpenSearch's runner against the shared node. */
public class QuantizedVectorYamlIT extends OpenSearchClientYamlSuiteTestCase {

  public QuantizedVectorYamlIT(@Name("yaml") ClientYamlTestCandidate candidate) {
    super(candidate);
  }

  @ParametersFactory
  public static Iterable<Object[]> parameters() throws Exception {
    return createParameters();
  }

  @Override
  protected String getTestRestCluster() {
    return System.getProperty("tests.rest.cluster", SharedNode.get().http().getAuthority());
  }

  /** Sends bodies as JSON. Scores then come back as doubles, which the suites compare with. */
  @Override
  protected boolean randomizeContentType() {
    return false;
  }
}
