<?php
/**
 * As much of WordPress and WooCommerce as the companion touches, in memory.
 */

define( 'ABSPATH', '/' );
define( 'DAY_IN_SECONDS', 86400 );

$GLOBALS['hooks']   = array();
$GLOBALS['posted']  = array();
$GLOBALS['notices'] = array();
$GLOBALS['options'] = array( 'askback_companion' => array( 'enabled' => 'yes' ) );
$GLOBALS['catalogue'] = array();

class WooCommerce { public $session; public $cart; }

class Session {
	private $kept = array();
	public function copy() { return clone $this; }
	public function get( $name, $else = null ) { return $this->kept[ $name ] ?? $else; }
	public function set( $name, $value ) { $this->kept[ $name ] = $value; }
	public function has_session() { return true; }
}

class Product {
	/** Attribute of a variation => the value that it settles; empty: any, the shopper chooses. */
	public $attributes = array();
	public $most = -1; public $purchasable = true; public $id; public $title; public $price; public $in_stock;
	public function __construct( $id, $title, $price, $in_stock = true ) { $this->id = $id; $this->title = $title; $this->price = $price; $this->in_stock = $in_stock; $GLOBALS['catalogue'][ $id ] = $this; }
	public function get_image_id() { return 7; }
	public function get_title() { return $this->title; }
	public function get_sku() { return "SKU-$this->id"; }
	public function is_purchasable() { return $this->purchasable; }
	public function is_in_stock() { return $this->in_stock; }
	public function get_max_purchase_quantity() { return $this->most; }
	public function get_variation_attributes() { return $this->attributes; }
	/** As WC_Cart::add_to_cart does: unslashed, cleaned by kind, and none may be missing or other. */
	public function accepts( $posted ) {
		$chosen = array();
		foreach ( $this->attributes as $key => $own ) {
			$said = wp_unslash( $posted[ $key ] ?? $own );
			$chosen[ $key ] = 0 === strpos( $key, 'attribute_pa_' ) ? strtolower( $said ) : wc_clean( $said );
			if ( '' === $chosen[ $key ] || ( '' !== $own && $own !== $chosen[ $key ] ) || ( '' === $own && ! in_array( $chosen[ $key ], OPTIONS, true ) ) ) { return null; }
		}
		return $chosen;
	}
}
/** What the attributes of the shop's products can be. */
const OPTIONS = array( '%d7%9b%d7%97%d7%95%d7%9c', 'AC\\DC' );

class Cart {
	public $items = array(); public $coupons = array( 'ten' );
	public function get_cart() { return $this->items; }
	public function is_empty() { return ! $this->items; }
	public function display_prices_including_tax() { return true; }
	public function get_total( $context ) { return array_sum( array_map( function ( $item ) { return $item['line_total'] + $item['line_tax']; }, $this->items ) ); }
	public function get_discount_total() { return 0; }
	public function get_discount_tax() { return 0; }
	public function get_applied_coupons() { return $this->coupons; }
	public function has_discount( $code ) { return in_array( $code, $this->coupons, true ); }
	public function apply_coupon( $code ) { $this->coupons[] = $code; }
	public function add_to_cart( $product_id, $quantity, $variation_id = 0, $variation = array() ) {
		$product   = $GLOBALS['catalogue'][ $variation_id ? $variation_id : $product_id ];
		$variation = $product->attributes ? $product->accepts( $variation ) : $variation;
		if ( null === $variation ) { wc_add_notice( 'A choice is missing or unknown.', 'error' ); return false; }
		$this->items[] = array( 'product_id' => $product_id, 'variation_id' => $variation_id, 'quantity' => $quantity, 'variation' => $variation, 'line_total' => $product->price * $quantity * 0.8, 'line_tax' => $product->price * $quantity * 0.2, 'data' => $product );
		do_action( 'woocommerce_add_to_cart' );
		do_action( 'woocommerce_after_calculate_totals', $this );
		return 'key';
	}
	/** WooCommerce calculates no totals of an empty cart. */
	public function remove_all_lines() { $this->items = array(); do_action( 'woocommerce_cart_item_removed', 'key', $this ); }
	public function empty_cart( $for_good = true ) { $this->items = array(); do_action( 'woocommerce_cart_emptied', $for_good ); }
}

class Moment { public function getTimestamp() { return time() - 60; } }

class Item {
	public function get_product_id() { return 14; }
	public function get_variation_id() { return 0; }
	public function get_quantity() { return 2; }
	public function get_name() { return 'Mug &amp; saucer'; }
	public function get_total() { return 40; }
	public function get_total_tax() { return 7.8; }
}

class Order {
	public $meta = array(); public $status = 'pending'; public $saved = 0;
	public function has_status( $status ) { return $status === $this->status; }
	public function save() { $this->saved++; }
	public function update_meta_data( $name, $value ) { $this->meta[ $name ] = $value; }
	public function delete_meta_data( $name ) { unset( $this->meta[ $name ] ); }
	public function get_meta( $name ) { return $this->meta[ $name ] ?? ''; }
	public function get_prices_include_tax() { return true; }
	public function get_date_created() { return new Moment(); }
	public function get_items() { return array( new Item() ); }
	public function get_billing_email() { return 'ann@example.com'; }
	public function get_customer_id() { return 0; }
	public function get_currency() { return 'ILS'; }
	public function get_total() { return '47.80'; }
}

function WC() { static $store; if ( ! $store ) { $store = new WooCommerce(); visitor(); } return $store; }
function visitor() { WC()->session = new Session(); WC()->cart = new Cart(); }

function add_action( $name, $call, $priority = 10, $accepted = 1 ) { $GLOBALS['hooks'][ $name ][ $priority ][] = array( $call, $accepted ); }
function add_filter( $name, $call, $priority = 10, $accepted = 1 ) { add_action( $name, $call, $priority, $accepted ); }
function do_action( $name, ...$said ) {
	$hooks = $GLOBALS['hooks'][ $name ] ?? array();
	ksort( $hooks );
	foreach ( $hooks as $calls ) {
		foreach ( $calls as list( $call, $accepted ) ) { call_user_func_array( $call, array_slice( $said, 0, $accepted ) ); }
	}
}
function get_option( $name, $default = false ) { return $GLOBALS['options'][ $name ] ?? $default; }
function get_transient( $name ) { return $GLOBALS['transients'][ $name ] ?? false; }
function set_transient( $name, $value, $seconds ) { $GLOBALS['transients'][ $name ] = $value; }
function delete_transient( $name ) { unset( $GLOBALS['transients'][ $name ] ); }
function wp_remote_post( $url, $args ) { $GLOBALS['posted'][] = array( 'url' => $url ) + $args; }
function wc_add_notice( $text, $kind ) { $GLOBALS['notices'][] = $text; }
function wp_json_encode( $value, $flags = 0 ) { return json_encode( $value, $flags ); }
function untrailingslashit( $text ) { return rtrim( $text, '/' ); }
function wc_format_decimal( $amount, $places ) { return number_format( (float) $amount, $places, '.', '' ); }
function wc_get_price_decimals() { return 2; }
function wp_html_excerpt( $text, $count ) { return implode( '', array_slice( preg_split( '//u', $text, -1, PREG_SPLIT_NO_EMPTY ), 0, $count ) ); }
function wp_strip_all_tags( $text ) { return strip_tags( $text ); }
function wp_get_attachment_image_url( $id, $size ) { return "https://shop.example.com/$id.jpg"; }
function wc_get_formatted_variation( $variation, $flat, $names ) { return implode( ', ', $variation ); }
function wc_get_product( $id ) { return $GLOBALS['catalogue'][ $id ] ?? false; }
function wc_get_order( $id ) { return $GLOBALS['orders'][ $id ] ?? false; }
function wc_coupons_enabled() { return true; }
function wc_format_coupon_code( $code ) { return strtolower( $code ); }
function nocache_headers() {}
class Redirected extends Exception {}
function wp_safe_redirect( $url ) { throw new Redirected( $url ); }
function wc_get_checkout_url() { return 'https://shop.example.com/checkout/'; }
function add_query_arg( $name, $value, $url ) { return "$url?$name=$value"; }
function get_current_user_id() { return $GLOBALS['user'] ?? 0; }
function wp_hash( $text ) { return md5( "salt $text" ); }
function get_woocommerce_currency() { return 'ILS'; }
function determine_locale() { return 'he_IL'; }
/** Percent-encoded letters, of which Hebrew slugs are made, do not survive it (formatting.php). */
function wc_clean( $text ) { return sanitize_text_field( $text ); }
function esc_html( $text ) { return htmlspecialchars( $text ); }
function __( $text, $domain ) { return $text; }
function wp_verify_nonce( $nonce, $action ) { return "nonce of $action" === $nonce; }
function sanitize_key( $text ) { return strtolower( $text ); }
function wp_create_nonce( $action ) { return "nonce of $action"; }
function wp_unslash( $text ) { return stripslashes( $text ); }
function wp_slash( $value ) { return is_array( $value ) ? array_map( 'wp_slash', $value ) : addslashes( $value ); }
function sanitize_text_field( $text ) { return trim( preg_replace( '/%[a-f0-9]{2}/i', '', strip_tags( $text ) ) ); }
function sanitize_email( $text ) { return trim( $text ); }
function is_email( $text ) { return (bool) filter_var( $text, FILTER_VALIDATE_EMAIL ); }
class Answered extends Exception {}
function wp_send_json_error( $said = null, $status = 400 ) { throw new Answered( (string) $status ); }
function wp_send_json_success() { throw new Answered( '200' ); }
class WC_AJAX { public static function get_endpoint( $action ) { return "/?wc-ajax=$action"; } }
function plugin_basename( $file ) { return 'askback-companion/askback-companion.php'; }
function plugins_url( $path, $file ) { return "/wp-content/plugins/askback-companion/$path"; }
function wp_enqueue_script( ...$_ ) {}
function wp_localize_script( $handle, $name, $facts ) { $GLOBALS['localized'] = $facts; }
function checked( $one, $other, $echo ) { return $one === $other ? 'checked=\'checked\'' : ''; }
function esc_attr( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function esc_textarea( $text ) { return htmlspecialchars( $text, ENT_QUOTES ); }
function wp_kses_post( $text ) { return strip_tags( $text, '<a><b>' ); }
function esc_url_raw( $url, $schemes ) { return in_array( parse_url( $url, PHP_URL_SCHEME ), $schemes, true ) ? $url : ''; }
function wp_parse_args( $given, $defaults ) { return array_merge( $defaults, $given ); }
function load_plugin_textdomain( ...$_ ) {}
