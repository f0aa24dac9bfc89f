/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.QuantizedHnswVectorsFormat;
import io.quantvec.plugin.codec.QuantvecCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.SegmentReader;
import org.opensearch.common.lucene.Lucene;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.IndexService;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;

/** That segments are written by our formats, and those of other indexes are not touched. */
public class QuantvecFormatTests extends VectorIndexTestCase {

  private IndexService indexService(String index) {
    return getInstanceFromNode(IndicesService.class).indexServiceSafe(resolveIndex(index));
  }

  private IndexShard shard(String index) {
    return indexService(index).getShard(0);
  }

  /** The formats that the segments' own field infos name, one for each segment. */
  private List<String> formats(String index) throws IOException {
    List<String> formats = new ArrayList<>();
    try (Engine.Searcher searcher = shard(index).acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(FIELD);
        formats.add(info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
        SegmentReader segment = Lucene.segmentReader(leaf.reader());
        SegmentInfo segmentInfo = segment.getSegmentInfo().info;
        assertEquals(QuantvecCodec.NAME, segmentInfo.getCodec().getName());
        assertEquals(
            "the platform's codec wrote all the rest",
            Lucene.LATEST_CODEC,
            segmentInfo.getAttribute("io.quantvec.platform_codec"));
      }
    }
    return formats;
  }

  private static long count(List<String> files, String part) {
    return files.stream().filter(file -> file.contains(part)).count();
  }

  public void testHnswSegmentsAreOurs() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    index(randomVectors(200), 2);
    assertEquals(
        List.of(QuantizedHnswVectorsFormat.NAME, QuantizedHnswVectorsFormat.NAME), formats(INDEX));
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    client().admin().indices().prepareFlush(INDEX).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(List.of(QuantizedHnswVectorsFormat.NAME), formats(INDEX));
    assertCodesOnDisk(QuantizedHnswVectorsFormat.NAME);
  }

  public void testFlatSegmentsAreOurs() throws IOException {
    createVectorIndex(", \"method\": {\"name\": \"flat\"}");
    index(randomVectors(50), 1);
    client().admin().indices().prepareFlush(INDEX).get();
    assertEquals(List.of(QuantizedFlatVectorsFormat.NAME), formats(INDEX));
    assertCodesOnDisk(QuantizedFlatVectorsFormat.NAME);
  }

  private void assertCodesOnDisk(String format) throws IOException {
    List<String> files = files();
    for (String extension : List.of("qvm", "qvk", "qvc", "qvr")) {
      assertTrue(
          extension + " of " + format + " in " + files,
          files.stream()
              .anyMatch(f -> f.contains("_" + format + "_") && f.endsWith("." + extension)));
    }
    assertEquals("Lucene's own flat vectors in " + files, 0, count(files, ".vec"));
  }

  /** The segments' files, also those that are kept in one compound file. */
  private List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    try (Engine.Searcher searcher = shard(INDEX).acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        SegmentInfo segment = Lucene.segmentReader(leaf.reader()).getSegmentInfo().info;
        files.addAll(segment.files());
        if (segment.getUseCompoundFile()) {
          try (var compound =
              segment.getCodec().compoundFormat().getCompoundReader(segment.dir, segment)) {
            files.addAll(Arrays.asList(compound.listAll()));
          }
        }
      }
    }
    return files;
  }

  public void testTwoFieldsWrittenAlikeShareTheirFiles() throws IOException {
    createIndexOf(
        """
            {"properties": {
              "a": {"type": "quantized_vector", "dimension": 2},
              "b": {"type": "quantized_vector", "dimension": 3},
              "c": {"type": "quantized_vector", "dimension": 2, "precision": "int4"}}}""");
    client()
        .prepareIndex(INDEX)
        .setSource("a", new float[] {1, 2}, "b", new float[] {1, 2, 3}, "c", new float[] {1, 2})
        .get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(2, count(files(), ".qvm"));
  }

  public void testSegmentsTakeTheMappingOfTheirTime() throws IOException {
    createVectorIndex(", \"precision\": \"int8\"");
    List<float[]> vectors = randomVectors(400);
    index(vectors.subList(0, 200), 1);
    long before = codeBytes();
    client()
        .admin()
        .indices()
        .preparePutMapping(INDEX)
        .setSource(mapping(", \"precision\": \"binary\""), XContentType.JSON)
        .get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(before, codeBytes());
    for (int i = 200; i < 400; i++) {
      client()
          .prepareIndex(INDEX)
          .setId(Integer.toString(i))
          .setSource(document(i, vectors.get(i)), XContentType.JSON)
          .get();
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    long mixed = codeBytes();
    assertTrue(mixed + " bytes after " + before, mixed > before && mixed < 2 * before);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertTrue(codeBytes() + " bytes after " + mixed, codeBytes() < mixed);
    assertEquals(10, ids(searchFor(knn(vectors.get(0), 10)).get()).size());
  }

  /** Bytes of codes, by the readers' own account. */
  private long codeBytes() throws IOException {
    long bytes = 0;
    try (Engine.Searcher searcher = shard(INDEX).acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        SegmentReader segment = Lucene.segmentReader(leaf.reader());
        FieldInfo info = segment.getFieldInfos().fieldInfo(FIELD);
        bytes += segment.getVectorReader().getOffHeapByteSize(info).get("veq");
      }
    }
    return bytes;
  }

  public void testOtherIndexesKeepThePlatformsCodec() {
    client().admin().indices().prepareCreate("plain").get();
    client().admin().indices().prepareCreate(INDEX).setSettings(indexSettings()).get();
    for (String name : List.of(CodecService.DEFAULT_CODEC, CodecService.BEST_COMPRESSION_CODEC)) {
      Codec plain = codec("plain", name);
      Codec ours = codec(INDEX, name);
      assertEquals("PerFieldMappingPostingFormatCodec", plain.getClass().getSimpleName());
      assertEquals("MappedCodec", ours.getClass().getSimpleName());
      assertEquals(QuantvecCodec.NAME, ours.getName());
      assertEquals(plain.postingsFormat().getName(), ours.postingsFormat().getName());
    }
    assertTrue(
        new QuantvecPlugin()
            .getCustomCodecServiceFactory(indexService("plain").getIndexSettings())
            .isEmpty());
  }

  /** Lucene lists our codec among those that an index can ask for. */
  public void testOurCodecAskedForByName() throws IOException {
    client()
        .admin()
        .indices()
        .prepareCreate(INDEX)
        .setSettings(Settings.builder().put(indexSettings()).put("index.codec", QuantvecCodec.NAME))
        .setMapping(mapping(""))
        .get();
    index(randomVectors(20), 1);
    reopen();
    assertEquals(10, ids(searchFor(knn(randomVectors(1).get(0), 10)).get()).size());
    assertEquals(List.of(QuantizedHnswVectorsFormat.NAME), formats(INDEX));
  }

  private Codec codec(String index, String name) {
    return new QuantvecPlugin()
        .getCustomCodecServiceFactory(indexService(index).getIndexSettings())
        .map(
            factory ->
                factory.createCodecService(
                    new CodecServiceConfig(
                        indexService(index).getIndexSettings(),
                        indexService(index).mapperService(),
                        logger,
                        List.of())))
        .orElseGet(
            () ->
                new CodecService(
                    indexService(index).mapperService(),
                    indexService(index).getIndexSettings(),
                    logger,
                    List.of()))
        .codec(name);
  }
}
